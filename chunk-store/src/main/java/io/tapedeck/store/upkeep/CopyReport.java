package io.tapedeck.store.upkeep;

/** Is told what a {@link Backup} or a {@link Restore} does, and counts. Used by one thread. */
public abstract class CopyReport {
    private long copied;
    private long copiedBytes;
    private long present;
    private long erased;
    private long deleted;

    /** Objects copied, and read back with the same digest. */
    public final long copied() {
        return copied;
    }

    public final long copiedBytes() {
        return copiedBytes;
    }

    /** Objects that were there already. */
    public final long present() {
        return present;
    }

    /** Objects left out because a tombstone covers them. */
    public final long erased() {
        return erased;
    }

    /** Objects deleted from a backup because the store has them no more. */
    public final long deleted() {
        return deleted;
    }

    final void copied(String key, long bytes) {
        copied++;
        copiedBytes += bytes;
        reached(key);
    }

    final void present(String key) {
        present++;
        reached(key);
    }

    final void erased(String key) {
        erased++;
        reached(key);
    }

    final void deleted(String key) {
        deleted++;
        reached(key);
    }

    /** This object is done. */
    protected abstract void reached(String key);
}
