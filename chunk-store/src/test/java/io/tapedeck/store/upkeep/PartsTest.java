package io.tapedeck.store.upkeep;

import static io.tapedeck.store.upkeep.SettlingRig.PART_CHUNKS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.Manifest;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.event.Marker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Long sessions, settled in parts. */
class PartsTest {
    private static final SessionKey SESSION = Fixtures.session("long");
    private static final String PAGE = "https://a.example/page";

    @TempDir
    Path folder;

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
    void settle_ofALivingSessionWithTooMuchHot_settlesPartsAndLeavesTheRest() throws Exception {
        List<Chunk> all = append(0, 25);

        assertThat(upkeep.settle()).isEqualTo(2);

        assertThat(parts()).containsExactly(range(0, 10), range(10, 20));
        assertThat(rig.layout(SESSION).blocks()).hasSize(1);
        assertThat(rig.manifest(SESSION).session().settled()).isFalse();
        assertWhole(all);
    }

    @Test
    void settle_ofALivingSessionWithLittleHot_waits() throws Exception {
        append(0, PART_CHUNKS - 1);

        assertThat(upkeep.settle()).isZero();

        assertThat(parts()).isEmpty();
    }

    @Test
    void settle_ofALivingSessionThatIsHotForLong_settlesWhatIsOld() throws Exception {
        List<Chunk> all = append(0, 2);
        int hours = (int) TimeUnit.HOURS.toSeconds(4);
        all.add(chunk("w1", 2, hours - 60));
        rig.clock.move(TimeUnit.HOURS.toMillis(4) - 1_000);
        rig.segment(all.subList(2, 3));
        assertThat(upkeep.settle()).isZero();

        all.add(chunk("w1", 3, hours + 2));
        rig.clock.move(3_000);
        rig.segment(all.subList(3, 4));
        assertThat(upkeep.settle()).isEqualTo(1);

        assertThat(parts()).containsExactly(range(0, 3));
        assertWhole(all);
    }

    @Test
    void settle_afterTheEnd_putsTheRestIntoALastPart() throws Exception {
        List<Chunk> all = append(0, 25);
        upkeep.settle();

        silence();
        assertThat(upkeep.settle()).isEqualTo(1);

        assertThat(parts()).containsExactly(range(0, 10), range(10, 20), range(20, 25));
        Manifest manifest = rig.manifest(SESSION);
        assertThat(manifest.session().settled()).isTrue();
        assertThat(manifest.session().facts().events())
                .isEqualTo(all.stream().mapToLong(Chunk::events).sum());
        assertWhole(all);
    }

    @Test
    void settle_ofALateChunk_rewritesOnlyItsPart() throws Exception {
        List<Chunk> all = chunks(0, 25);
        List<Chunk> early = new ArrayList<>(all);
        Chunk late = early.remove(3);
        appendAll(early);
        upkeep.settle();
        silence();
        upkeep.settle();
        List<String> before = keys();
        assertThat(rig.manifest(SESSION).gaps()).hasSize(1);

        rig.segment(List.of(late));
        assertThat(rig.manifest(SESSION).gaps()).isEmpty();
        silence();
        assertThat(upkeep.settle()).isEqualTo(1);

        assertThat(keys().get(0)).isNotEqualTo(before.get(0));
        assertThat(keys().subList(1, 3)).isEqualTo(before.subList(1, 3));
        assertWhole(all);
    }

    @Test
    void settle_ofALateChunkWithoutSeq_putsItIntoThePartOfItsTime() throws Exception {
        List<Chunk> all = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            all.add(chunk("w1", Chunk.NO_SEQ, i));
        }
        List<Chunk> early = new ArrayList<>(all);
        Chunk late = early.remove(13);
        appendAll(early);
        upkeep.settle();
        rig.segment(List.of(late));
        silence();

        upkeep.settle();
        settleUntilSettled();

        assertThat(rig.layout(SESSION).recordings()).hasSize(3);
        assertThat(rig.text(SESSION)).isEqualTo(Fixtures.text(all));
    }

    @Test
    void settle_ofABlockWhoseChunksBelongIntoTwoParts_releasesItWithTheSecond() throws Exception {
        List<Chunk> all = chunks(0, 22);
        List<Chunk> early = new ArrayList<>(all);
        Chunk late = early.remove(3);
        early.remove(early.size() - 1);
        appendAll(early);
        upkeep.settle();
        rig.segment(List.of(late, all.get(21)));
        silence();

        settleUntilSettled();

        assertWhole(all);
        assertThat(rig.manifest(SESSION).session().facts().events())
                .isEqualTo(all.stream().mapToLong(Chunk::events).sum());
    }

    @Test
    void settle_ofKnownChunksOfSeveralParts_keepsTheParts() throws Exception {
        List<Chunk> all = append(0, 20);
        upkeep.settle();
        List<String> before = keys();

        rig.segment(List.of(all.get(2), all.get(12)));
        silence();
        assertThat(upkeep.settle()).isZero();

        assertThat(keys()).isEqualTo(before);
        assertThat(rig.manifest(SESSION).session().settled()).isTrue();
        assertWhole(all);
    }

    @Test
    void settle_ofMoreChunksThanAreListedAtOnce_goesRoundByRound() throws Exception {
        List<Chunk> all = chunks(0, 45);
        for (int from = 0; from < all.size(); from += 15) {
            rig.segment(all.subList(from, from + 15));
        }
        silence();

        settleUntilSettled();

        assertThat(rig.meters.get("tapedeck.settle.bounded").counter().count()).isPositive();
        assertThat(rig.layout(SESSION).recordings())
                .allSatisfy(recording -> assertThat(recording.index().chunks().get(new WindowId("w1")))
                        .hasSizeLessThanOrEqualTo(PART_CHUNKS));
        assertWhole(all);
    }

    @Test
    void settle_ofSeveralWindowsInParts_keepsEachInOrder() throws Exception {
        List<Chunk> first = new ArrayList<>();
        List<Chunk> second = new ArrayList<>();
        for (int i = 0; i < 18; i++) {
            first.add(chunk("w1", i, 2 * i));
            second.add(chunk("w2", i, 2 * i + 1));
            rig.segment(List.of(first.get(i), second.get(i)));
        }
        upkeep.settle();
        silence();

        settleUntilSettled();

        assertThat(rig.layout(SESSION).recordings()).hasSizeGreaterThan(2);
        assertThat(rig.text(SESSION)).isEqualTo(Fixtures.text(first) + Fixtures.text(second));
        assertThat(rig.manifest(SESSION).gaps()).isEmpty();
    }

    @Test
    void settle_ofASessionOfUsualSizeThatGoesOn_staysOneRecording() throws Exception {
        List<Chunk> all = append(0, 4);
        silence();
        upkeep.settle();
        all.addAll(append(4, 3));
        silence();

        upkeep.settle();

        assertThat(parts()).containsExactly(range(0, 7));
        assertWhole(all);
    }

    @Test
    void markers_ofAllParts_areJoinedByTimeAndAPageIsGoneToOnce() throws Exception {
        List<Chunk> all = append(0, 25);
        upkeep.settle();
        List<Marker> living = rig.markers(SESSION).markers();
        silence();
        upkeep.settle();

        List<Marker> markers = rig.markers(SESSION).markers();

        assertThat(markers).extracting(Marker::at).isSorted();
        assertThat(markers)
                .filteredOn(marker -> marker.kind() == Marker.Kind.CUSTOM)
                .hasSize(all.size());
        assertThat(markers)
                .filteredOn(marker -> marker.kind() == Marker.Kind.NAVIGATION)
                .hasSize(1);
        SessionFacts facts = rig.manifest(SESSION).session().facts();
        assertThat(facts.counts().navigations()).isEqualTo(1);
        assertThat(facts.counts().customEvents()).isEqualTo(all.size());
        assertThat(living)
                .filteredOn(marker -> marker.kind() == Marker.Kind.CUSTOM)
                .hasSize(all.size());
        assertThat(living)
                .filteredOn(marker -> marker.kind() == Marker.Kind.NAVIGATION)
                .hasSize(1);
    }

    /** Each chunk tells of the page again, as checkouts do, and has an event of the site's. */
    private static Chunk chunk(String window, long seq, int number) {
        long at = Fixtures.RECEIVED_AT + number * 1_000L;
        return Fixtures.chunk(
                SESSION,
                window,
                seq,
                at + 500,
                List.of(
                        Fixtures.meta(at, PAGE),
                        Fixtures.fullSnapshot(at + 1, "snapshot " + number),
                        Fixtures.event(at + 2, "event " + number)));
    }

    private static List<Chunk> chunks(int from, int count) {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            chunks.add(chunk("w1", i, i));
        }
        return chunks;
    }

    private List<Chunk> append(int from, int count) {
        List<Chunk> chunks = chunks(from, count);
        appendAll(chunks);
        return chunks;
    }

    /** Five chunks a block. */
    private void appendAll(List<Chunk> chunks) {
        for (int from = 0; from < chunks.size(); from += 5) {
            rig.segment(chunks.subList(from, Math.min(chunks.size(), from + 5)));
        }
    }

    private void silence() {
        rig.clock.move(SettlingRig.SETTLE_AFTER_MS + TimeUnit.MINUTES.toMillis(2));
    }

    private void settleUntilSettled() throws InterruptedException {
        for (int round = 0; round < 50 && !rig.manifest(SESSION).session().settled(); round++) {
            upkeep.settle();
            rig.clock.move(TimeUnit.HOURS.toMillis(1));
        }
        assertThat(rig.manifest(SESSION).session().settled()).isTrue();
    }

    private void assertWhole(List<Chunk> all) {
        assertThat(rig.text(SESSION)).isEqualTo(Fixtures.text(all));
        assertThat(rig.manifest(SESSION).gaps()).isEmpty();
    }

    private List<String> keys() {
        return rig.layout(SESSION).recordings().stream()
                .map(LocatedRecording::key)
                .toList();
    }

    /** The sequence numbers of each part, in order. */
    private List<List<Long>> parts() {
        return rig.layout(SESSION).recordings().stream()
                .map(recording -> recording.index().chunks().get(new WindowId("w1")).stream()
                        .map(ChunkRef::seq)
                        .toList())
                .toList();
    }

    private static List<Long> range(long from, long to) {
        List<Long> range = new ArrayList<>();
        for (long i = from; i < to; i++) {
            range.add(i);
        }
        return range;
    }
}
