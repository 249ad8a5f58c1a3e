package io.tapedeck.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The chunks of the recent past: those on their way to be durable, each with the future of its first copy, and those that
 * are. Thread-safe.
 *
 * <p>It spares the store most repeated uploads. It is no guarantee: a chunk it has forgotten is stored again, and readers
 * and settling see to it that it counts once.
 *
 * <p>A gateway knows very many chunks, for long: so of a durable one there are 128 bits of a digest, in arrays that a
 * garbage collector does not look into. They are kept in two generations; the older one is dropped as a whole when the
 * younger is full or old.
 */
final class RecentChunks {
    private static final int GENERATION_CHUNKS = 100_000;
    private static final long GENERATION_NANOS = TimeUnit.MINUTES.toNanos(30);
    /** Some 65 MB: reached where chunks wait for an object store or a catalog that are away. */
    static final int ON_THE_WAY_MAX = 100_000;

    private final LongSupplier nanoTime;
    private final Map<Digest, CompletableFuture<Void>> onTheWay = new HashMap<>();
    private Generation young = new Generation();
    private Generation old = new Generation();
    private long youngSince;

    /** @param nanoTime a clock that only tells how much time has passed */
    RecentChunks(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.youngSince = nanoTime.getAsLong();
    }

    /**
     * Registers a chunk unless it is known.
     *
     * @param told succeeds only after {@link #stored}
     * @return the first copy's future, one that has failed with OVER_CAPACITY if too many are on their way, or null if this is
     *     the first copy
     */
    synchronized CompletableFuture<Void> putIfAbsent(Digest chunk, CompletableFuture<Void> told) {
        CompletableFuture<Void> first = onTheWay.get(chunk);
        if (first != null) {
            return first;
        }
        if (young.contains(chunk) || old.contains(chunk)) {
            return CompletableFuture.completedFuture(null);
        }
        if (onTheWay.size() >= ON_THE_WAY_MAX) {
            return CompletableFuture.failedFuture(
                    new StoreException(StoreErrorKind.OVER_CAPACITY, "too many chunks wait to be stored"));
        }
        onTheWay.put(chunk, told);
        return null;
    }

    synchronized int onTheWay() {
        return onTheWay.size();
    }

    /** The chunk is durable. */
    synchronized void stored(Digest chunk) {
        long now = nanoTime.getAsLong();
        onTheWay.remove(chunk);
        if (young.count == GENERATION_CHUNKS || now - youngSince > GENERATION_NANOS) {
            Generation dropped = old;
            old = young;
            young = dropped.cleared();
            youngSince = now;
        }
        young.add(chunk);
    }

    /** The first copy was not stored: the next one is the first. */
    synchronized void forget(Digest chunk) {
        onTheWay.remove(chunk);
    }

    /**
     * The first 128 bits of the SHA-256 of what tells a chunk from all others; never both 0. Who waits for a chunk's
     * outcome keeps this, and not the chunk: that may take as long as an outage.
     */
    record Digest(long high, long low) {
        private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(Sha256::fresh);

        static Digest of(Chunk chunk) {
            MessageDigest digest = SHA_256.get();
            // No id has a slash in it.
            String owner = chunk.session().project()
                    + '/'
                    + chunk.session().session()
                    + '/'
                    + chunk.window().value();
            digest.update(owner.getBytes(StandardCharsets.ISO_8859_1));
            ByteBuffer id = ByteBuffer.allocate(ChunkId.BYTES);
            digest.update(
                    id.putLong(chunk.id().high()).putLong(chunk.id().low()).flip());
            ByteBuffer hash = ByteBuffer.wrap(digest.digest());
            return new Digest(hash.getLong(), hash.getLong() | 1);
        }
    }

    /** A set of digests with open addressing, at most two fifths full. Slots of two longs; an empty one is 0, 0. */
    private static final class Generation {
        private static final int SLOTS = 1 << 18;

        private final long[] slots = new long[2 * SLOTS];
        private int count;

        boolean contains(Digest digest) {
            return slots[slot(digest) + 1] != 0;
        }

        void add(Digest digest) {
            int slot = slot(digest);
            if (slots[slot + 1] == 0) {
                slots[slot] = digest.high();
                slots[slot + 1] = digest.low();
                count++;
            }
        }

        Generation cleared() {
            Arrays.fill(slots, 0);
            count = 0;
            return this;
        }

        /** Where the digest is, or else the empty slot where it belongs. */
        private int slot(Digest digest) {
            int slot = (int) digest.high() & SLOTS - 1;
            while (slots[2 * slot + 1] != 0
                    && (slots[2 * slot] != digest.high() || slots[2 * slot + 1] != digest.low())) {
                slot = slot + 1 & SLOTS - 1;
            }
            return 2 * slot;
        }
    }
}
