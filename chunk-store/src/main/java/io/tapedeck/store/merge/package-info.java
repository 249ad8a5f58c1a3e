/** The order of events in windows whose chunks no number orders: by time, and each event once. */
package io.tapedeck.store.merge;
