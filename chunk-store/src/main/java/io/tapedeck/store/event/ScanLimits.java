package io.tapedeck.store.event;

/**
 * The bounds on one chunk's events. Immutable.
 *
 * @param depthMax how deep arrays and objects may be nested, the events' array itself included
 * @param eventsMax how many events a chunk may hold
 */
public record ScanLimits(int depthMax, int eventsMax) {
    public static final ScanLimits DEFAULT = new ScanLimits(4_096, 100_000);

    public ScanLimits {
        if (depthMax < 1 || eventsMax < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
