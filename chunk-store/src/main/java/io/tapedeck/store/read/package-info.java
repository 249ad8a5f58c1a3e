/** Sessions as readers see them: recordings and hot blocks merged, each chunk once. */
package io.tapedeck.store.read;
