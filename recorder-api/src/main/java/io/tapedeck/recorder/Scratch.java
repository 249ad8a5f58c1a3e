package io.tapedeck.recorder;

/** Bytes for one thread to write what it reads at once, and then no more. Not thread-safe. */
final class Scratch {
    /** What is larger is rare, and would be kept for good. */
    private static final int KEPT_BYTES_MAX = 128 << 10;

    private final byte[] kept = new byte[KEPT_BYTES_MAX];

    /** An array of at least so many bytes, whose content is of no meaning; it may be given again the next time. */
    byte[] atLeast(int bytes) {
        return bytes <= kept.length ? kept : new byte[bytes];
    }
}
