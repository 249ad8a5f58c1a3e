package io.tapedeck.store;

/**
 * Whether the parts that the store stands on work. Immutable.
 *
 * @param journal null if it works or this process has none, else why not
 * @param objectStore null if it works, else why not
 * @param catalog null if it works, else why not
 */
public record Health(StoreException journal, StoreException objectStore, StoreException catalog) {
    public boolean isReady() {
        return journal == null && objectStore == null && catalog == null;
    }
}
