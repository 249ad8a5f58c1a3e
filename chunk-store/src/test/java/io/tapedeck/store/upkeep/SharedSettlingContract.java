package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.Chunk;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several settlers over one catalog share the work by leases. */
abstract class SharedSettlingContract {
    private static final int SESSIONS = 40;

    @TempDir
    Path folder;

    private SettlingRig rig;

    abstract CatalogSettings settings(Path folder);

    /** The catalog as another process has it, where another process may have one. */
    abstract JdbcCatalog secondCatalog(JdbcCatalog first, CatalogSettings settings);

    private JdbcCatalog second;

    @BeforeEach
    void open() {
        CatalogSettings settings = settings(folder).withParts(SettlingRig.PARTS);
        rig = new SettlingRig(folder, settings);
        second = secondCatalog(rig.catalog, settings);
    }

    @AfterEach
    void close() {
        rig.close();
        second.close();
    }

    @Test
    void settle_byTwoAtOnce_settlesEachSessionOnce() throws Exception {
        List<List<Chunk>> sessions = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            SessionKey session = Fixtures.session("s" + i);
            sessions.add(List.of(Chunks.chunk(session, "w1", 0), Chunks.chunk(session, "w1", 1)));
            rig.segment(sessions.get(i));
        }
        moveToSilence();

        List<Integer> settled = settleByTwo();

        assertThat(settled.get(0) + settled.get(1)).isEqualTo(SESSIONS);
        assertThat(rig.meters
                        .get("tapedeck.settle")
                        .tag("outcome", "settled")
                        .timer()
                        .count())
                .isEqualTo(SESSIONS);
        for (List<Chunk> session : sessions) {
            assertThat(rig.text(session.get(0).session())).isEqualTo(Fixtures.text(session));
            assertThat(rig.layout(session.get(0).session()).generation()).isEqualTo(1);
        }
    }

    @Test
    void settle_ofOneLongSessionByTwo_putsEachChunkIntoOnePart() throws Exception {
        SessionKey session = Fixtures.session("long");
        List<Chunk> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            all.add(Chunks.chunk(session, "w1", i));
        }
        for (int from = 0; from < all.size(); from += 5) {
            rig.segment(all.subList(from, from + 5));
        }
        moveToSilence();

        settleByTwo();

        assertThat(rig.text(session)).isEqualTo(Fixtures.text(all));
        assertThat(rig.manifest(session).session().settled()).isTrue();
        assertThat(rig.layout(session).recordings())
                .hasSize(6)
                .extracting(recording -> recording.index().part())
                .containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void settle_whereALeaseRanOut_letsOnlyOneCommit() throws Exception {
        SessionKey session = Fixtures.session("slow");
        List<Chunk> all = List.of(Chunks.chunk(session, "w1", 0), Chunks.chunk(session, "w1", 1));
        rig.segment(all);
        moveToSilence();
        Upkeep quick = rig.upkeep("quick", second, rig.objects);
        // While the slow one has its put under way, its lease ends and another settler takes the session.
        Upkeep slow = rig.upkeep("slow", rig.catalog, new Interrupted(rig.objects, () -> {
            rig.clock.move(SettlingRig.LEASE_MS);
            return quick.settle();
        }));

        assertThat(slow.settle()).isZero();

        assertThat(rig.layout(session).generation()).isEqualTo(1);
        assertThat(rig.text(session)).isEqualTo(Fixtures.text(all));
        rig.clock.move(SettlingRig.GRACE_MS + 1);
        quick.sweep();
        rig.assertNothingLeft(session);
        slow.close();
        quick.close();
    }

    private void moveToSilence() {
        rig.clock.move(Chunks.START_AT - rig.clock.millis() + 100_000 + SettlingRig.SETTLE_AFTER_MS);
    }

    private List<Integer> settleByTwo() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        Upkeep one = rig.upkeep("one");
        Upkeep two = rig.upkeep("two", second, rig.objects);
        try {
            List<Future<Integer>> running = new ArrayList<>();
            for (Upkeep upkeep : List.of(one, two)) {
                running.add(pool.submit(() -> {
                    start.await();
                    int settled = 0;
                    // A session that the other one has leased is passed over: it may be due again a moment later.
                    for (int round = 0; round < 20; round++) {
                        settled += upkeep.settle();
                    }
                    return settled;
                }));
            }
            return List.of(running.get(0).get(), running.get(1).get());
        } finally {
            pool.shutdownNow();
            one.close();
            two.close();
        }
    }
}
