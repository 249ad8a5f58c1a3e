/** Where objects are kept: one class per technology behind {@link io.tapedeck.store.ObjectStore}. */
package io.tapedeck.store.object;
