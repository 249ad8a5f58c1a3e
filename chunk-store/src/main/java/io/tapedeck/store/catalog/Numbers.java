package io.tapedeck.store.catalog;

/**
 * Gives out numbers that were never given before. Thread-safe.
 *
 * <p>Takes them from the database in large blocks, in a transaction of its own, so that no transaction has to hold the
 * counter's lock until it commits. What a process has not used when it ends is never used: numbers have holes.
 */
final class Numbers {
    private static final int BLOCK = 16_384;

    private final Database database;
    private final String counter;
    private long next;
    private long end;

    Numbers(Database database, String counter) {
        this.database = database;
        this.counter = counter;
    }

    /** The first of {@code count} consecutive numbers. Must not be called within a transaction. */
    synchronized long take(int count) {
        if (end - next < count) {
            int block = Math.max(BLOCK, count);
            end = database.write(
                    "takeNumbers",
                    transaction -> transaction.number(
                            "update counter set next_number = next_number + ? where name = ? returning next_number",
                            block,
                            counter));
            next = end - block;
        }
        long first = next;
        next += count;
        return first;
    }
}
