package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.Chunk;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.Manifest;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.event.Marker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows whose events are played in the order of time, and in which chunks may repeat events. */
class OverlappingSettlingTest {
    private static final SessionKey SESSION = Fixtures.session("s1");

    @TempDir
    Path folder;

    private SettlingRig rig;
    private Upkeep upkeep;
    private final List<Chunk> sent = new ArrayList<>();

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
    void aSupersetOfAnotherChunk_addsOnlyWhatIsNew_liveAndSettled() throws Exception {
        append(overlapping(0, 10));
        append(overlapping(0, 15));
        assertWhole(15);

        settle();

        assertWhole(15);
        Manifest settled = rig.manifest(SESSION);
        assertThat(settled.session().settled()).isTrue();
        assertThat(settled.session().facts().events()).isEqualTo(15);
        assertThat(settled.session().facts().counts().customEvents()).isEqualTo(15);
        assertThat(settled.gaps()).isEmpty();
        assertThat(rig.markers(SESSION).markers())
                .filteredOn(marker -> marker.kind() == Marker.Kind.CUSTOM)
                .hasSize(15);
    }

    @Test
    void markersOfALiveSession_areThoseOfItsEvents() {
        append(overlapping(0, 10));
        append(overlapping(5, 15));

        assertThat(rig.markers(SESSION).markers())
                .filteredOn(marker -> marker.kind() == Marker.Kind.CUSTOM)
                .hasSize(15);
    }

    @Test
    void aFullSnapshotThatIsRepeated_isListedWhereItIs() throws Exception {
        String snapshot = Fixtures.fullSnapshot(Fixtures.RECEIVED_AT + 5, "page");
        append(Fixtures.chunk(SESSION, "w1", Chunk.OVERLAPPING, event(4), snapshot, event(6)));
        append(Fixtures.chunk(SESSION, "w1", Chunk.OVERLAPPING, event(4), snapshot, event(6), event(7)));

        Manifest manifest = rig.manifest(SESSION);

        assertThat(manifest.frames()).extracting(Manifest.Frame::events).containsExactly(3, 1);
        assertThat(manifest.frames().get(0).fullSnapshotTimes()).hasSize(1);
        assertThat(manifest.frames().get(1).fullSnapshotTimes()).isEmpty();
        assertThat(manifest.frames().get(1).firstAt()).isEqualTo(Fixtures.RECEIVED_AT + 7);
        assertThat(rig.layout(SESSION).blocks()).hasSize(2);
    }

    @Test
    void aBlockWithNothingNew_isNoFrame() {
        append(overlapping(0, 10));
        append(overlapping(3, 8));

        assertThat(rig.manifest(SESSION).frames()).hasSize(1);
        assertWhole(10);
    }

    @Test
    void framesOfALiveSession_keepTheirIdsWhenMoreComes() {
        append(overlapping(0, 10));
        append(overlapping(0, 15));
        List<String> before = ids();

        append(overlapping(15, 20));
        append(overlapping(15, 22));

        assertThat(ids()).hasSize(4).startsWith(before.toArray(String[]::new));
        assertWhole(22);
    }

    @Test
    void aSupersetThatComesDaysLater_isMergedIntoTheRecording() throws Exception {
        append(overlapping(0, 10));
        append(overlapping(10, 20));
        settle();
        append(overlapping(5, 25));
        assertWhole(25);

        settle();

        assertWhole(25);
        assertThat(rig.layout(SESSION).recordings()).hasSize(1);
        assertThat(rig.layout(SESSION).blocks()).isEmpty();
        assertThat(rig.manifest(SESSION).session().facts().events()).isEqualTo(25);
    }

    @Test
    void aChunkWithKnownEventsOnly_doesNotLetASettledSessionGrow() throws Exception {
        append(overlapping(0, 10));
        append(overlapping(10, 20));
        settle();
        append(overlapping(2, 12));
        assertWhole(20);

        settle();

        assertWhole(20);
        assertThat(rig.manifest(SESSION).session().facts().events()).isEqualTo(20);
        assertThat(rig.layout(SESSION).blocks()).isEmpty();
    }

    @Test
    void chunksWithoutNumber_comeOutInTheOrderOfTime_thoughTheirTimesInterleave() throws Exception {
        append(chunk(Chunk.NO_SEQ, event(10), event(12), event(14)));
        append(chunk(Chunk.NO_SEQ, event(5), event(11), event(13)));
        append(chunk(Chunk.NO_SEQ, event(20), event(6), event(30)));
        assertWhole(9);

        settle();

        assertWhole(9);
        append(chunk(Chunk.NO_SEQ, event(7), event(25)));
        assertWhole(11);
        settle();
        assertWhole(11);
    }

    @Test
    void eventsBeyondThoseThatAreRemembered_stayTwice_andAreCounted() {
        int remembered = 100_000;
        append(overlapping(0, remembered));
        for (int more : new int[] {20, 21}) {
            List<String> events = new ArrayList<>(List.of(event(0)));
            for (int i = 0; i < more; i++) {
                events.add(event(remembered + i));
            }
            append(Fixtures.chunk(SESSION, "w1", Chunk.OVERLAPPING, Fixtures.RECEIVED_AT, events));
        }

        assertThat(lines()).hasSize(remembered + 20 + 21);
        assertThat(rig.meters.get("tapedeck.merge.unremembered").counter().count())
                .isEqualTo(20 + 21);
        assertThat(rig.meters.get("tapedeck.merge.delayed").counter().count()).isZero();
    }

    @Test
    void equalEventsOfChunksThatDoNotOverlap_areAllKept() throws Exception {
        append(chunk(Chunk.NO_SEQ, event(1), event(2)));
        append(chunk(Chunk.NO_SEQ, event(1), event(3)));

        assertThat(lines()).hasSize(4);
        settle();
        assertThat(lines()).hasSize(4).isSortedAccordingTo(Comparator.comparingLong(OverlappingSettlingTest::time));
    }

    @Test
    void clockStepsOfNumberedChunks_areLeftAsTheyAre() throws Exception {
        append(chunk(0, event(10), event(11)));
        append(chunk(1, event(4), event(3)));

        settle();

        assertThat(lines()).extracting(OverlappingSettlingTest::time).containsExactly(at(10), at(11), at(4), at(3));
    }

    @Test
    void aSupersetAcrossParts_addsNothingThatAnyPartHas() throws Exception {
        for (int i = 0; i < 25; i++) {
            append(overlapping(i * 4, i * 4 + 4));
        }
        assertThat(upkeep.settle()).isEqualTo(2);
        assertThat(rig.layout(SESSION).recordings()).hasSize(2);
        assertWhole(100);

        append(overlapping(30, 60));
        append(overlapping(75, 105));
        assertWhole(105);
        // Each round settles one part again, or the tail.
        for (int round = 0; round < 5; round++) {
            settle();
            assertWhole(105);
        }

        assertWhole(105);
        assertThat(rig.layout(SESSION).blocks()).isEmpty();
        assertThat(rig.manifest(SESSION).session().facts().events()).isEqualTo(105);
    }

    @Test
    void verify_ofMergedSessions_findsNoTrouble() throws Exception {
        append(overlapping(0, 10));
        append(overlapping(0, 15));
        assertThat(trouble()).isEmpty();
        settle();
        append(overlapping(10, 20));

        assertThat(trouble()).isEmpty();
    }

    @Test
    void anyChunksInAnyBlocks_settledAtAnyTime_giveEachEventOnceAndInOrder() throws Exception {
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            SessionKey session = Fixtures.session("random" + seed);
            List<Chunk> all = new ArrayList<>();
            for (int round = 0; round < 6; round++) {
                List<Chunk> block = new ArrayList<>();
                for (int i = 0; i < 1 + random.nextInt(3); i++) {
                    Chunk chunk = random.nextInt(5) == 0 && !all.isEmpty()
                            ? all.get(random.nextInt(all.size()))
                            : randomChunk(session, random);
                    block.add(chunk);
                    all.add(chunk);
                }
                rig.segment(block);
                assertReplay(session, all, "seed " + seed + " round " + round);
                if (random.nextInt(3) == 0) {
                    settle();
                    assertReplay(session, all, "settled, seed " + seed + " round " + round);
                }
            }
            settle();
            settle();
            assertReplay(session, all, "in the end, seed " + seed);
            assertThat(rig.manifest(session).session().facts().events())
                    .isEqualTo(expected(all).size());
        }
    }

    private static Chunk randomChunk(SessionKey session, Random random) {
        List<String> events = new ArrayList<>();
        int from = random.nextInt(30);
        for (int i = 0; i < 1 + random.nextInt(10); i++) {
            events.add(event(from + random.nextInt(8)));
        }
        return Fixtures.chunk(session, "w1", Chunk.OVERLAPPING, Fixtures.RECEIVED_AT, events);
    }

    private void assertReplay(SessionKey session, List<Chunk> all, String when) {
        List<String> expected = expected(all);
        List<String> found = rig.text(session).lines().toList();
        assertThat(found).as(when).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(found).as(when).isSortedAccordingTo(Comparator.comparingLong(OverlappingSettlingTest::time));
        long events = rig.manifest(session).frames().stream()
                .mapToLong(Manifest.Frame::events)
                .sum();
        assertThat(events).as(when).isEqualTo(expected.size());
    }

    /** Each line as often as the chunk has it that has it most often. */
    private static List<String> expected(List<Chunk> all) {
        Map<String, Integer> most = new LinkedHashMap<>();
        for (Chunk chunk : all) {
            Map<String, Integer> here = new HashMap<>();
            Fixtures.text(List.of(chunk))
                    .lines()
                    .forEach(line -> most.merge(line, here.merge(line, 1, Integer::sum), Math::max));
        }
        List<String> lines = new ArrayList<>();
        most.forEach((line, count) -> {
            for (int i = 0; i < count; i++) {
                lines.add(line);
            }
        });
        return lines;
    }

    /** Everything sent is there once and in order, whichever way it is read. */
    private void assertWhole(int events) {
        List<String> lines = lines();
        assertThat(lines).hasSize(events).isSortedAccordingTo(Comparator.comparingLong(OverlappingSettlingTest::time));
        assertReplay(SESSION, sent, "now");
        Manifest manifest = rig.manifest(SESSION);
        for (Manifest.Frame frame : manifest.frames()) {
            assertThat(rig.text(SESSION, manifest.session().rev(), frame.id())
                            .lines()
                            .count())
                    .isEqualTo(frame.events());
        }
    }

    private List<String> lines() {
        return rig.text(SESSION).lines().toList();
    }

    private List<String> ids() {
        return rig.manifest(SESSION).frames().stream().map(Manifest.Frame::id).toList();
    }

    private List<String> trouble() throws InterruptedException {
        List<String> found = new ArrayList<>();
        new Verifier(rig.catalog.catalogs(), rig.objects, new VerifyReport() {
                    @Override
                    protected void found(String where, Trouble trouble, String what) {
                        found.add(trouble + " " + where + " " + what);
                    }

                    @Override
                    protected void reached(String position) {}
                })
                .verifyAll(null);
        return found;
    }

    private void append(Chunk chunk) {
        sent.add(chunk);
        rig.segment(List.of(chunk));
    }

    /** Settles what is silent, and leaves time for the next round. */
    private void settle() throws InterruptedException {
        rig.clock.move(SettlingRig.SETTLE_AFTER_MS + 3_600_000);
        upkeep.settle();
    }

    private static Chunk overlapping(int from, int to) {
        List<String> events = new ArrayList<>();
        for (int i = from; i < to; i++) {
            events.add(event(i));
        }
        return Fixtures.chunk(SESSION, "w1", Chunk.OVERLAPPING, Fixtures.RECEIVED_AT, events);
    }

    private static Chunk chunk(long seq, String... events) {
        return Fixtures.chunk(SESSION, "w1", seq, events);
    }

    private static String event(int number) {
        return Fixtures.event(at(number), "e" + number);
    }

    private static long at(int number) {
        return Fixtures.RECEIVED_AT + number;
    }

    private static long time(String line) {
        return Long.parseLong(line.substring(line.lastIndexOf(':') + 1, line.length() - 1));
    }
}
