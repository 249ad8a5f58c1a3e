/** How long lists and searches take in a catalog of many sessions. */
package io.tapedeck.loadtest.catalog;
