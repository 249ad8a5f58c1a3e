package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.Answers;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.event.Marker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever settling and sweeping do, a reader sees everything that was there when it began to read, in order. */
class ReadingWhileSettlingTest {
    private static final SessionKey SESSION = Fixtures.session("s1");
    private static final int CHUNKS = 61;

    @TempDir
    Path folder;

    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger visible = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();
    private SettlingRig rig;
    private Upkeep upkeep;

    @BeforeEach
    void open() {
        rig = new SettlingRig(folder, CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db")));
        upkeep = rig.upkeep("one");
    }

    @AfterEach
    void close() {
        upkeep.close();
        rig.close();
    }

    @Test
    void read_whileASessionIsSettledInPartsAndAgainAndSwept_neverFailsAndNeverHasAHole() throws Exception {
        List<Chunk> chunks = chunks();
        rig.segment(chunks.subList(0, 1));
        visible.set(1);
        CompletableFuture<Void> reading = CompletableFuture.runAsync(this::read);
        try {
            for (int next = 1; next < CHUNKS; next += 2) {
                // Each second chunk comes late: the one after it is there already, and may be settled.
                rig.segment(chunks.subList(next + 1, next + 2));
                upkeep.settle();
                awaitReads(reading);
                rig.segment(chunks.subList(next, next + 1));
                visible.set(next + 2);
                rig.clock.move(SettlingRig.SETTLE_AFTER_MS * (next % 7 == 0 ? 2 : 1) / 2);
                upkeep.settle();
                awaitReads(reading);
                rig.clock.move(SettlingRig.GRACE_MS + 1);
                upkeep.sweep();
            }
        } finally {
            stop.set(true);
        }
        Answers.get(reading);
        for (int round = 0; round < 20; round++) {
            rig.clock.move(SettlingRig.SETTLE_AFTER_MS * 12);
            upkeep.settle();
        }

        assertThat(rig.manifest(SESSION).session().settled()).isTrue();
        assertThat(rig.text(SESSION)).isEqualTo(Fixtures.text(chunks));
        assertThat(rig.layout(SESSION).recordings()).hasSizeGreaterThan(2);
        assertThat(rig.layout(SESSION).generation()).isGreaterThan(5);
    }

    private void read() {
        while (!stop.get()) {
            int expected = visible.get();
            List<Integer> seen = rig.text(SESSION)
                    .lines()
                    .map(line -> Integer.valueOf(line.replaceAll(".*\"event (\\d+)\".*", "$1")))
                    .toList();
            assertThat(seen).doesNotHaveDuplicates().containsAll(numbers(expected));
            assertThat(rig.markers(SESSION).markers())
                    .filteredOn(marker -> marker.kind() == Marker.Kind.CUSTOM)
                    .hasSizeGreaterThanOrEqualTo(expected);
            assertThat(rig.manifest(SESSION).windows()).hasSize(1);
            reads.incrementAndGet();
        }
    }

    /** Waits until everybody who began to read before this moment has ended: only then may the grace pass. */
    private void awaitReads(CompletableFuture<Void> reading) {
        int before = reads.get();
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(60))
                .until(() -> reading.isDone() || reads.get() >= before + 2);
    }

    private static List<Integer> numbers(int to) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < to; i++) {
            numbers.add(i);
        }
        return numbers;
    }

    private static List<Chunk> chunks() {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < CHUNKS; i++) {
            long at = Fixtures.RECEIVED_AT + i;
            chunks.add(Fixtures.chunk(SESSION, "w1", i, at, List.of(Fixtures.event(at, "event " + i))));
        }
        return chunks;
    }
}
