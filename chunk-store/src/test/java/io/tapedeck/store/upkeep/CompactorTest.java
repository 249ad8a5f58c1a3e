package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.Answers;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.Seam;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.CatalogSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactorTest {
    private static final SessionKey ONE = Fixtures.session("one");
    private static final SessionKey OTHER = Fixtures.session("other");
    private static final SessionKey SETTLED = Fixtures.session("settled");

    @TempDir
    Path folder;

    private SettlingRig rig;

    @BeforeEach
    void open() {
        rig = new SettlingRig(folder, CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db")));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void aSegmentThatCannotBeRead_isLeftOut_andTheOthersOfItsGroupAreRewritten() throws Exception {
        hollowSegment(ONE, 0);
        hollowSegment(OTHER, 10);
        settle();
        Answers.get(rig.objects.delete("segments/1.seg"));
        String text = rig.text(OTHER);

        rig.clock.move(TimeUnit.HOURS.toMillis(1));
        try (Upkeep upkeep = rig.upkeep("one")) {
            upkeep.erase();
        }

        assertThat(segmentOf(ONE)).isEqualTo("segments/1.seg");
        assertThat(segmentOf(OTHER)).isNotEqualTo("segments/2.seg");
        assertThat(rig.text(OTHER)).isEqualTo(text);
        assertThat(segments("rewritten")).isEqualTo(1);
        assertThat(segments("failed")).isEqualTo(1);
    }

    @Test
    void whatCouldNotBeRewrittenAsTheStoreWasAway_isRewrittenInTheNextRound() throws Exception {
        hollowSegment(ONE, 0);
        settle();
        AtomicBoolean away = new AtomicBoolean(true);
        ObjectStore sometimes = Seam.of(
                ObjectStore.class,
                (method, args) -> method.getName().equals("get") && away.get()
                        ? CompletableFuture.failedFuture(new StoreException(StoreErrorKind.THROTTLED, "on purpose"))
                        : method.invoke(rig.objects, args));

        rig.clock.move(TimeUnit.HOURS.toMillis(1));
        try (Upkeep upkeep = rig.upkeep("one", rig.catalog, sometimes)) {
            upkeep.erase();
            assertThat(segmentOf(ONE)).isEqualTo("segments/1.seg");

            away.set(false);
            upkeep.erase();
        }

        assertThat(segmentOf(ONE)).isNotEqualTo("segments/1.seg");
        assertThat(segments("failed")).isEqualTo(1);
        assertThat(segments("rewritten")).isEqualTo(1);
    }

    /** A segment of which most will be settled away. */
    private void hollowSegment(SessionKey kept, int from) {
        List<Chunk> chunks = new ArrayList<>(List.of(Chunks.chunk(kept, "w1", 0)));
        for (int i = from; i < from + 5; i++) {
            chunks.add(Chunks.chunk(SETTLED, "w2", i, "x".repeat(1_000)));
        }
        rig.segment(chunks);
    }

    /** The one session, while somebody else has the others. */
    private void settle() throws InterruptedException {
        rig.clock.move(Chunks.START_AT - Fixtures.RECEIVED_AT + 100_000 + SettlingRig.SETTLE_AFTER_MS);
        rig.catalog.leaseSettleable("nobody", 1L << 60, 1L << 60, 1L << 60, (1L << 60) + 1, 10);
        rig.catalog.releaseSettling("nobody", SETTLED);
        try (Upkeep upkeep = rig.upkeep("settling")) {
            assertThat(upkeep.settle()).isEqualTo(1);
        }
    }

    private String segmentOf(SessionKey session) {
        return rig.layout(session).blocks().get(0).segmentKey();
    }

    private double segments(String outcome) {
        return rig.meters
                .get("tapedeck.compact.segments")
                .tag("outcome", outcome)
                .counter()
                .count();
    }
}
