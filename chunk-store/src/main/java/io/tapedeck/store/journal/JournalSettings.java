package io.tapedeck.store.journal;

/**
 * Bounds of the journal.
 *
 * @param fileBytes a file is closed and the next one begun once it holds so many bytes
 * @param bytesMax most bytes on disk; beyond, appends are OVER_CAPACITY
 * @param diskShareMax most bytes on disk as a share of the disk, if that is less than {@code bytesMax}
 * @param freeShareMin share of the disk that must stay free; below, appends are OVER_CAPACITY
 * @param pendingBytesMax most bytes of chunks that wait for the disk, one always being let in; beyond, appends are
 *     OVER_CAPACITY
 */
public record JournalSettings(
        long fileBytes, long bytesMax, double diskShareMax, double freeShareMin, long pendingBytesMax) {
    private static final long PENDING_BYTES_MAX =
            Math.min(128L << 20, Runtime.getRuntime().maxMemory() / 8);

    public static final JournalSettings DEFAULT =
            new JournalSettings(64L << 20, 10L << 30, 0.8, 0.1, PENDING_BYTES_MAX);

    public JournalSettings {
        require(fileBytes > 0, "fileBytes must be positive");
        require(bytesMax > 0, "bytesMax must be positive");
        require(diskShareMax > 0 && diskShareMax <= 1, "diskShareMax must be above 0 and at most 1");
        require(freeShareMin >= 0 && freeShareMin < 1, "freeShareMin must be at least 0 and below 1");
        require(pendingBytesMax > 0, "pendingBytesMax must be positive");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
