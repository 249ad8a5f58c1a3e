/** What the store does when nobody asks: settling sessions and deleting what nothing refers to. */
package io.tapedeck.store.upkeep;
