/** The log on this machine's disk that holds every acknowledged chunk until it is in a committed segment. */
package io.tapedeck.store.journal;
