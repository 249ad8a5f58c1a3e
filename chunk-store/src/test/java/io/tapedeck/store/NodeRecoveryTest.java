package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.NodeRecovery.Recovered;
import io.tapedeck.store.journal.JournalInspection;
import io.tapedeck.store.journal.SetAside;
import io.tapedeck.store.read.StoredSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the journal of a node that is gone holds is played once, and nobody waits for the node any more. */
class NodeRecoveryTest {
    private static final SessionKey SESSION = Fixtures.session("s1");
    private static final By BY = new By("admin", Fixtures.RECEIVED_AT + 3_600_000);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** A node that was seen at the test's time has been silent for long enough by this clock. */
    private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(2));

    @TempDir
    Path folder;

    private StoreRig rig;
    private Path gateway;
    private Path copy;

    @BeforeEach
    void open() {
        rig = new StoreRig(folder);
        rig.catalog.bootstrap(new Bootstrap(List.of("pk_1"), null, null, null), 1);
        gateway = folder.resolve("gateway");
        copy = folder.resolve("copy");
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void chunksOfADeadGateway_arePlayedOnce_andTheNodeIsRetired() {
        List<Chunk> chunks = journaledOnly(0, 40);
        String node = nodeOf(gateway);
        copyOf(gateway);

        Recovered recovered = recover(copy, LATER);

        assertThat(recovered).isEqualTo(new Recovered(node, 40, 0, 0, List.of()));
        assertPlayed(chunks);
        assertThat(rig.catalog.catalogs().erasures().nodes()).isEmpty();
        assertThat(recordsIn(copy)).as("chunks that stay in the folder").isZero();
    }

    @Test
    void aSecondRun_findsNothing() {
        List<Chunk> chunks = journaledOnly(0, 10);
        copyOf(gateway);
        recover(copy, LATER);

        Recovered again = recover(copy, Clock.systemUTC());

        assertThat(again.chunks()).isZero();
        assertPlayed(chunks);
        assertThat(rig.catalog.catalogs().erasures().nodes()).isEmpty();
    }

    @Test
    void anotherCopyOfTheSameFolder_addsNothing() {
        List<Chunk> chunks = journaledOnly(0, 10);
        copyOf(gateway);
        recover(gateway, LATER);

        Recovered again = recover(copy, LATER);

        assertThat(again.chunks()).isZero();
        assertThat(again.known()).isEqualTo(10);
        assertPlayed(chunks);
    }

    @Test
    void aGatewayThatStartsAgainAfterItsCopyWasRecovered_addsNothing_andCountsAgain() {
        List<Chunk> chunks = journaledOnly(0, 10);
        copyOf(gateway);
        recover(copy, LATER);

        rig.open(StoreRig.settings(gateway));
        chunks.addAll(append(10, 1));

        assertPlayed(chunks);
        awaitSeen(nodeOf(gateway));
    }

    @Test
    void anInterruptedRun_isGoneOnWith() {
        List<Chunk> chunks = journaledOnly(0, 30);
        FaultPlan away = FaultPlan.from("put");
        NodeRecovery interrupted = new NodeRecovery(
                StoreRig.settings(gateway),
                new GatedObjectStore(rig.objects, away),
                rig.catalog.catalogs(),
                LATER,
                Duration.ofMillis(200));
        assertKind(StoreErrorKind.TIMEOUT, () -> interrupted.run(false, "test", NodeRecoveryTest::unheard));

        Recovered recovered = recover(gateway, Clock.offset(LATER, Duration.ofMinutes(2)));

        assertThat(recovered.chunks()).isEqualTo(30);
        assertPlayed(chunks);
    }

    @Test
    void aFolderThatIsInUse_isRefused() {
        rig.open(StoreRig.settings(gateway));

        assertKind(StoreErrorKind.UNAVAILABLE, () -> recover(gateway, LATER), "is in use by another process");
    }

    @Test
    void aFolderThatIsNoNodes_isRefused() {
        assertKind(StoreErrorKind.NOT_FOUND, () -> recover(folder, LATER), "is no node's");

        assertThat(folder.resolve("lock")).doesNotExist();
    }

    @Test
    void aNodeThatTheCatalogDoesNotKnow_isRefusedUnlessToldOtherwise() throws IOException {
        List<Chunk> chunks = journaledOnly(0, 5);
        Files.writeString(gateway.resolve("node"), "neverseen");
        assertKind(StoreErrorKind.NOT_FOUND, () -> recover(gateway, LATER), "does not know the node neverseen");

        recovery(gateway, LATER).run(true, "test", NodeRecoveryTest::unheard);

        assertPlayed(chunks);
    }

    @Test
    void aCopyOfARunningGateway_isRefused_andTheGatewayGoesOn() {
        rig.open(StoreRig.settings(gateway));
        List<Chunk> chunks = append(0, 5);
        awaitSeen(nodeOf(gateway));
        copyOf(gateway);

        assertKind(StoreErrorKind.CONFLICT, () -> recover(copy, Clock.systemUTC()), "it runs");

        chunks.addAll(append(5, 5));
        assertPlayed(chunks);
    }

    @Test
    void aGatewayThatWasOnlyCutOff_isFenced_andItsNextStartBringsTheRest() {
        FaultPlan cutOff = FaultPlan.from("put");
        rig.open(StoreRig.settings(gateway), cutOff);
        List<Chunk> chunks = append(0, 10);
        copyOf(gateway);
        chunks.addAll(append(10, 10));
        String node = nodeOf(gateway);

        assertThat(recover(copy, LATER).chunks()).isEqualTo(10);
        cutOff.heal();

        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThatThrownBy(() -> rig.append(Chunks.chunk(SESSION, "other", 99)))
                        .hasMessageContaining("another process has taken over this node"));
        assertThat(copiesOf(chunks.subList(10, 20))).containsOnly(0);
        rig.closeStore(Duration.ZERO);
        rig.open(StoreRig.settings(gateway));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> copiesOf(chunks).stream().allMatch(copies -> copies == 1));
        awaitSeen(node);
    }

    @Test
    void aGatewayThatStartsMeanwhile_hasItsJournalToItself() {
        journaledOnly(0, 5);
        copyOf(gateway);
        String node = nodeOf(gateway);
        FaultPlan slow = FaultPlan.from("put");
        NodeRecovery recovery = new NodeRecovery(
                StoreRig.settings(copy),
                new GatedObjectStore(rig.objects, slow),
                rig.catalog.catalogs(),
                LATER,
                PATIENCE);
        Consumer<String> startsTheGateway = progress -> {
            if (!slow.isFailingFromHere() || rig.catalog.epoch(node) > 2) {
                return;
            }
            rig.open(StoreRig.settings(gateway));
            slow.heal();
        };

        assertKind(StoreErrorKind.CONFLICT, () -> recovery.run(false, "test", startsTheGateway), "by another process");

        awaitSeen(node);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> copiesOf(chunks(0, 5)).stream().allMatch(copies -> copies == 1));
    }

    @Test
    void damagedPieces_areSetAsideAndSaid_andEverythingElseIsPlayed() throws IOException {
        List<Chunk> chunks = new ArrayList<>(journaledOnly(0, 20));
        chunks.addAll(journaledOnly(20, 20));
        List<Path> files = journalFiles(gateway);
        assertThat(files).as("several files").hasSizeGreaterThan(1);
        breakFirstRecord(files.get(0));
        Path newest = files.get(files.size() - 1);
        Files.write(newest, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);

        Recovered recovered = recover(gateway, LATER);

        assertThat(recovered.chunks()).isEqualTo(39);
        assertThat(recovered.setAside()).extracting(SetAside.Piece::end).containsExactly(false, true);
        assertThat(recovered.setAside().get(1).bytes()).isEqualTo(3);
        assertPlayed(chunks.subList(1, 40));
        assertThat(recover(gateway, LATER).setAside()).isEmpty();
    }

    @Test
    void whatWasErased_isLeftOut_andTheErasureWaitsNoLonger() {
        List<Chunk> chunks = journaledOnly(0, 5);
        rig.open(StoreRig.settings(folder.resolve("living")));
        rig.append(Chunks.chunk(Fixtures.session("erased"), "w1", 0));
        rig.awaitEvents(Fixtures.session("erased"), 3);
        rig.closeStore(Duration.ofSeconds(10));
        journaledOnly(Fixtures.session("erased"), 0, 5);
        ErasureCatalog erasures = rig.catalog.catalogs().erasures();
        Erasure erasure = erasures.request(Subject.session(Fixtures.session("erased")), null, BY);
        String node = nodeOf(gateway);
        assertThat(erasures.outstanding(erasure.id()).nodes())
                .anyMatch(waited -> waited.node().equals(node));

        Recovered recovered = recover(gateway, LATER);

        assertThat(recovered.leftOut()).isPositive();
        assertThat(erasures.outstanding(erasure.id()).nodes())
                .noneMatch(waited -> waited.node().equals(node));
        assertThat(rig.catalog.layout(Fixtures.session("erased"))).isEmpty();
        assertThat(recordsIn(gateway)).isZero();
        assertPlayed(chunks);
    }

    /** Appends to a gateway that reaches its journal only, and kills it. */
    private List<Chunk> journaledOnly(int from, int count) {
        return journaledOnly(SESSION, from, count);
    }

    private List<Chunk> journaledOnly(SessionKey session, int from, int count) {
        rig.open(StoreRig.settings(gateway), FaultPlan.from("put"));
        List<Chunk> chunks = chunks(session, from, count);
        rig.appendAll(chunks);
        rig.closeStore(Duration.ZERO);
        return chunks;
    }

    private List<Chunk> append(int from, int count) {
        List<Chunk> chunks = chunks(from, count);
        rig.appendAll(chunks);
        return chunks;
    }

    private static List<Chunk> chunks(int from, int count) {
        return chunks(SESSION, from, count);
    }

    private static List<Chunk> chunks(SessionKey session, int from, int count) {
        List<Chunk> chunks = new ArrayList<>();
        for (int seq = from; seq < from + count; seq++) {
            chunks.add(Chunks.chunk(session, "w1", seq, Chunks.noise(500)));
        }
        return chunks;
    }

    private Recovered recover(Path node, Clock clock) {
        return recovery(node, clock).run(false, "test", NodeRecoveryTest::unheard);
    }

    private NodeRecovery recovery(Path node, Clock clock) {
        return new NodeRecovery(StoreRig.settings(node), rig.objects, rig.catalog.catalogs(), clock);
    }

    private void assertPlayed(List<Chunk> chunks) {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(copiesOf(chunks)).containsOnly(1));
        try (StoredSessions sessions = new StoredSessions(rig.catalog, rig.objects, () -> 0, rig.meters())) {
            assertThat(Answers.text(Answers.get(sessions.events(SESSION, null, null, null))))
                    .isEqualTo(Fixtures.text(chunks));
        }
    }

    private List<Integer> copiesOf(List<Chunk> chunks) {
        return chunks.stream()
                .map(chunk -> rig.copies(SESSION).getOrDefault(chunk.id(), 0))
                .toList();
    }

    private void awaitSeen(String node) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> rig.catalog.catalogs().erasures().nodes().stream()
                        .anyMatch(known -> known.node().equals(node) && known.runs(System.currentTimeMillis())));
    }

    private static void unheard(String progress) {
        assertThat(progress).contains("segment");
    }

    private static String nodeOf(Path node) {
        try {
            return Files.readString(node.resolve("node")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void copyOf(Path from) {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, copy.resolve(from.relativize(path).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> journalFiles(Path node) {
        try (Stream<Path> files = Files.list(node.resolve("journal"))) {
            return files.filter(file -> file.toString().endsWith(".journal"))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int recordsIn(Path node) {
        int[] records = {0};
        JournalInspection.Visitor counting = new JournalInspection.Visitor() {
            @Override
            public void record(long number, Chunk chunk) {
                records[0]++;
            }

            @Override
            public void damaged(long from, long to) {
                throw new AssertionError("damaged from " + from + " to " + to);
            }
        };
        journalFiles(node).forEach(file -> JournalInspection.visit(file, counting));
        return records[0];
    }

    /** Turns over a byte in the first record's text. */
    private static void breakFirstRecord(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[200] ^= 1;
        Files.write(file, bytes);
    }

    private static void assertKind(StoreErrorKind kind, ThrowingCallable call) {
        assertKind(kind, call, "");
    }

    private static void assertKind(StoreErrorKind kind, ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }
}
