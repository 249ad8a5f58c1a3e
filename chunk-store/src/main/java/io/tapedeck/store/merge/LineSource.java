package io.tapedeck.store.merge;

/** Lines of one window that are stored together, such as a block or a frame of a recording. */
public interface LineSource {
    /** No line that counts is earlier. */
    long firstAt();

    /** No line that counts is later. */
    long lastAt();

    /** About how many bytes {@link #open} gives. */
    int rawLength();

    /** Whether a line counts. */
    boolean holds(int line);

    /**
     * All lines, those too that do not count. Blocks; nobody may change the bytes.
     *
     * @throws io.tapedeck.store.StoreException if they cannot be read
     */
    byte[] open() throws InterruptedException;
}
