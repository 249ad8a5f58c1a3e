package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.RecentChunks.Digest;
import io.tapedeck.store.block.PackedLines;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Which chunks are known, from when on and until when. */
class RecentChunksTest {
    private final AtomicLong nanos = new AtomicLong();
    private final RecentChunks recent = new RecentChunks(nanos::get);

    @Test
    void putIfAbsent_whileTheFirstCopyIsOnItsWay_givesItsFuture() {
        CompletableFuture<Void> durable = new CompletableFuture<>();

        assertThat(recent.putIfAbsent(chunk("s1", "w1", 1), durable)).isNull();

        assertThat(recent.putIfAbsent(chunk("s1", "w1", 1), new CompletableFuture<>()))
                .isSameAs(durable);
    }

    @Test
    void putIfAbsent_onceStored_isDone() {
        recent.putIfAbsent(chunk("s1", "w1", 1), new CompletableFuture<>());

        recent.stored(chunk("s1", "w1", 1));

        assertThat(recent.putIfAbsent(chunk("s1", "w1", 1), new CompletableFuture<>()))
                .isCompleted();
    }

    @Test
    void putIfAbsent_onceForgotten_isFirstAgain() {
        recent.putIfAbsent(chunk("s1", "w1", 1), new CompletableFuture<>());

        recent.forget(chunk("s1", "w1", 1));

        assertThat(recent.putIfAbsent(chunk("s1", "w1", 1), new CompletableFuture<>()))
                .isNull();
    }

    @Test
    void putIfAbsent_whileTooManyAreOnTheirWay_isOverCapacityUntilOneIsStored() {
        for (int i = 0; i < RecentChunks.ON_THE_WAY_MAX; i++) {
            assertThat(recent.putIfAbsent(chunk("s1", "w1", i), new CompletableFuture<>()))
                    .isNull();
        }
        Digest next = chunk("s1", "w1", RecentChunks.ON_THE_WAY_MAX);

        assertThat(recent.putIfAbsent(next, new CompletableFuture<>()))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        StoreException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(StoreErrorKind.OVER_CAPACITY));
        assertThat(recent.putIfAbsent(chunk("s1", "w1", 0), new CompletableFuture<>()))
                .isNotDone();
        assertThat(recent.onTheWay()).isEqualTo(RecentChunks.ON_THE_WAY_MAX);

        recent.stored(chunk("s1", "w1", 0));

        assertThat(recent.putIfAbsent(next, new CompletableFuture<>())).isNull();
    }

    @Test
    void putIfAbsent_ofTheSameContentElsewhere_isFirst() {
        recent.stored(chunk("s1", "w1", 1));

        assertThat(recent.putIfAbsent(chunk("s1", "w2", 1), new CompletableFuture<>()))
                .isNull();
        assertThat(recent.putIfAbsent(chunk("s2", "w1", 1), new CompletableFuture<>()))
                .isNull();
        assertThat(recent.putIfAbsent(chunk("s1", "w1", 2), new CompletableFuture<>()))
                .isNull();
    }

    @Test
    void putIfAbsent_ofManyStored_knowsTheLastHundredThousand() {
        for (int i = 0; i < 250_000; i++) {
            recent.stored(chunk("s1", "w1", i));
        }

        for (int i = 150_000; i < 250_000; i++) {
            assertThat(isKnown(i)).isTrue();
        }
        assertThat(isKnown(0)).isFalse();
    }

    @Test
    void stored_longAfterwards_dropsWhatIsOld() {
        recent.stored(chunk("s1", "w1", 1));
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(31));
        recent.stored(chunk("s1", "w1", 2));
        assertThat(isKnown(1)).isTrue();

        nanos.addAndGet(TimeUnit.MINUTES.toNanos(31));
        recent.stored(chunk("s1", "w1", 3));

        assertThat(isKnown(1)).isFalse();
        assertThat(isKnown(2)).isTrue();
    }

    private boolean isKnown(int content) {
        Digest chunk = chunk("s1", "w1", content);
        boolean known = recent.putIfAbsent(chunk, new CompletableFuture<>()) != null;
        if (!known) {
            recent.forget(chunk);
        }
        return known;
    }

    private static Digest chunk(String session, String window, int content) {
        return Digest.of(new Chunk(
                new SessionKey("p1", session),
                new WindowId(window),
                new ChunkId(0, content),
                Chunk.NO_SEQ,
                Chunk.NO_TIME,
                0,
                new PackedLines(ByteBuffer.allocate(0), 0),
                0,
                0,
                0,
                List.of(),
                null));
    }
}
