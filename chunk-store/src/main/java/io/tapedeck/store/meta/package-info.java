/** What is kept beside segments and recordings so that a catalog can be made anew. */
package io.tapedeck.store.meta;
