package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.AdminCatalog.WriteKey;
import io.tapedeck.store.AdoptionCatalog.Making;
import io.tapedeck.store.AdoptionCatalog.Tombstone;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.ErasureCatalog.SubjectKind;
import io.tapedeck.store.catalog.CatalogProbe;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.meta.AdminSnapshots;
import io.tapedeck.store.meta.TombstoneFiles;
import io.tapedeck.store.upkeep.ReindexReport;
import io.tapedeck.store.upkeep.Reindexer;
import io.tapedeck.store.upkeep.Verifier;
import io.tapedeck.store.upkeep.VerifyReport;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A catalog that is taken away comes back from the object store as it was. */
class ReindexTest {
    private static final SessionKey SETTLED = Fixtures.session("settled");
    private static final SessionKey HOT = Fixtures.session("hot");
    private static final SessionKey TAILED = Fixtures.session("tailed");
    private static final SessionKey ERASED = Fixtures.session("erased");

    @TempDir
    Path folder;

    private StoreRig rig;
    private final Map<SessionKey, List<Chunk>> sent = new LinkedHashMap<>();

    @BeforeEach
    void open() throws Exception {
        Files.createDirectories(folder.resolve("first"));
        rig = new StoreRig(folder.resolve("first"));
        rig.open(StoreRig.settings(folder));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void reindex_bringsBackSessionsAdminsMarksAndTombstones() throws Exception {
        fill();
        rig.catalog.bootstrap(new Bootstrap(List.of("pk_shop"), null, "argon", "token"), 1);
        rig.catalog
                .adoption()
                .mark(List.of(new AdminState.Mark(SETTLED, true, false), new AdminState.Mark(HOT, false, true)));
        new AdminSnapshots(rig.objects).write(rig.catalog.adoption().adminState());
        new TombstoneFiles(rig.objects).write(new Tombstone(SubjectKind.SESSION, "default", "erased", 5, 3));
        Map<SessionKey, Seen> before = seen();
        rig.closeStore(Duration.ofSeconds(20));

        try (JdbcCatalog anew = emptyCatalog("second")) {
            List<String> unreadable = reindex(anew, false);

            assertThat(unreadable).isEmpty();
            assertThat(anew.writeKeys("default")).containsExactly(new WriteKey("pk_shop", "default", 1));
            assertThat(anew.account("admin")).isPresent();
            assertThat(anew.principalOfToken("token")).isPresent();
            assertThat(anew.isErased(ERASED)).isTrue();
            assertThat(anew.layout(ERASED)).isEmpty();
            assertThat(anew.layout(SETTLED).orElseThrow().pinned()).isTrue();
            assertThat(anew.layout(HOT).orElseThrow().held()).isTrue();
            assertThat(verify(anew)).isEmpty();

            before.remove(ERASED);
            rig.open(StoreRig.settings(folder.resolve("node2")), anew);
            assertThat(seen(before.keySet())).isEqualTo(before);
        }
    }

    @Test
    void reindex_withTheJournalStillHoldingEverything_showsNothingTwice() throws Exception {
        List<Chunk> chunks = chunks(HOT, 40);
        rig.appendAll(chunks);
        rig.awaitEvents(HOT, events(chunks));
        rig.closeStore(Duration.ofSeconds(20));

        try (JdbcCatalog anew = emptyCatalog("second")) {
            reindex(anew, false);
            rig.open(StoreRig.settings(folder), anew);
            List<Chunk> more = new ArrayList<>(chunks);
            more.add(Chunks.chunk(HOT, "w1", 40));
            rig.append(more.get(40));
            awaitEvents(anew, HOT, events(more));

            rig.store().upkeep().settle();

            assertThat(rig.text(HOT)).isEqualTo(Fixtures.text(more));
            assertThat(verify(anew)).isEmpty();
        }
    }

    @Test
    void reindex_ofARecordingAllOfWhoseChunksAnotherHas_doomsIt() throws Exception {
        fill();
        String key =
                rig.catalog.layout(SETTLED).orElseThrow().recordings().get(0).key();
        String attempt = key.replaceAll("[0-9a-f]{12}\\.ndjson", "000000000000.ndjson");
        Answers.get(rig.objects.put(attempt, object(rig, key)));
        rig.closeStore(Duration.ofSeconds(20));

        try (JdbcCatalog anew = emptyCatalog("second")) {
            reindex(anew, false);

            SessionLayout layout = anew.layout(SETTLED).orElseThrow();
            assertThat(layout.recordings()).hasSize(1);
            assertThat(layout.blocks()).isEmpty();
            assertThat(layout.facts().events()).isEqualTo(events(sent.get(SETTLED)));
            assertThat(anew.doomed(Long.MAX_VALUE, 100)).containsAnyOf(key, attempt);
            assertThat(verify(anew)).isEmpty();
        }
    }

    @Test
    void reindex_ofRecordingsThatOverlap_keepsEachChunkOnce() throws Exception {
        List<Chunk> chunks = chunks(SETTLED, 30);
        settle(rig, chunks.subList(0, 20));
        Files.createDirectories(folder.resolve("other"));
        try (StoreRig other = new StoreRig(folder.resolve("other"))) {
            other.open(StoreRig.settings(folder.resolve("node3")));
            String key = settle(other, chunks.subList(12, 30));
            Answers.get(rig.objects.put(key, object(other, key)));
        }
        rig.closeStore(Duration.ofSeconds(20));

        try (JdbcCatalog anew = emptyCatalog("second")) {
            assertThat(reindex(anew, false)).isEmpty();

            assertThat(verify(anew)).isEmpty();
            rig.open(StoreRig.settings(folder.resolve("node2")), anew);
            assertThat(StoreRig.events(Answers.get(rig.store().manifest(SETTLED))))
                    .isEqualTo(events(chunks));
            assertThat(rig.text(SETTLED).lines())
                    .containsExactlyInAnyOrderElementsOf(
                            Fixtures.text(chunks).lines().toList());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Chunk.NO_SEQ, Chunk.OVERLAPPING})
    void reindex_ofRecordingsThatOverlapAndAreInTheOrderOfTime_keepsEachEventOnce(long seq) throws Exception {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            long at = Chunks.START_AT + i * 100L;
            // Each goes on into the times of the next.
            chunks.add(
                    Fixtures.chunk(SETTLED, "w1", seq, Fixtures.event(at, "a" + i), Fixtures.event(at + 130, "b" + i)));
        }
        settle(rig, chunks.subList(0, 8));
        Files.createDirectories(folder.resolve("other"));
        try (StoreRig other = new StoreRig(folder.resolve("other"))) {
            other.open(StoreRig.settings(folder.resolve("node3")));
            String key = settle(other, chunks.subList(5, 12));
            Answers.get(rig.objects.put(key, object(other, key)));
        }
        rig.closeStore(Duration.ofSeconds(20));

        try (JdbcCatalog anew = emptyCatalog("second")) {
            assertThat(reindex(anew, false)).isEmpty();

            assertThat(verify(anew)).isEmpty();
            rig.open(StoreRig.settings(folder.resolve("node2")), anew);
            assertThat(StoreRig.events(Answers.get(rig.store().manifest(SETTLED))))
                    .isEqualTo(24);
            assertThat(rig.text(SETTLED).lines())
                    .containsExactlyInAnyOrderElementsOf(
                            Fixtures.text(chunks).lines().toList());
        }
    }

    @Test
    void reindex_ofASegmentWithADamagedBlock_keepsTheCopyThatCanBeRead() throws Exception {
        rig.breaksObjects();
        List<Chunk> chunks = chunks(HOT, 1);
        rig.appendAll(chunks);
        rig.awaitEvents(HOT, events(chunks));
        rig.closeStore(Duration.ofSeconds(20));
        String damaged = rig.catalog.layout(HOT).orElseThrow().blocks().get(0).segmentKey();
        String sound = "segments/99991231/23/copy.seg";
        Answers.get(rig.objects.put(sound, object(rig, damaged)));
        damage(damaged);

        try (JdbcCatalog anew = emptyCatalog("second")) {
            assertThat(reindex(anew, false)).isEmpty();

            assertThat(anew.layout(HOT).orElseThrow().blocks())
                    .extracting(located -> located.segmentKey())
                    .containsExactly(sound);
            assertThat(verify(anew)).isEmpty();
        }
        Answers.get(rig.objects.delete(sound));
        try (JdbcCatalog anew = emptyCatalog("third")) {
            reindex(anew, false);

            assertThat(verify(anew)).contains("CORRUPT " + damaged);
        }
    }

    @Test
    void reindex_passesOverWhatCannotBeRead() throws Exception {
        rig.breaksObjects();
        fill();
        rig.closeStore(Duration.ofSeconds(20));
        String key =
                rig.catalog.layout(SETTLED).orElseThrow().recordings().get(0).key();
        Answers.get(rig.objects.delete(key));
        Answers.get(rig.objects.put(key, ByteBuffer.wrap(new byte[100])));
        Answers.get(rig.objects.put("segments/broken.seg", ByteBuffer.wrap(new byte[9])));

        try (JdbcCatalog anew = emptyCatalog("second")) {
            assertThat(reindex(anew, false)).containsExactly(key, "segments/broken.seg");

            assertThat(anew.layout(HOT)).isPresent();
            assertThat(anew.layout(TAILED)).isPresent();
            assertThat(verify(anew)).containsExactlyInAnyOrder("ORPHAN " + key, "ORPHAN segments/broken.seg");
            assertThat(Answers.get(rig.objects.size(key))).isEqualTo(100);
        }
    }

    @Test
    void reindex_intoACatalogThatIsNotEmpty_isRefused_unlessItGoesOn() throws Exception {
        fill();
        rig.closeStore(Duration.ofSeconds(20));

        assertThatThrownBy(() -> reindex(rig.catalog, false))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.CONFLICT));
        try (JdbcCatalog anew = emptyCatalog("second")) {
            reindex(anew, false);
            SessionLayout once = anew.layout(TAILED).orElseThrow();
            reindex(anew, true);

            assertThat(anew.layout(TAILED)).contains(once);
        }
    }

    @Test
    void reindex_thatIsInterrupted_leavesTheCatalogMarked_untilAnotherRunHasEnded() throws Exception {
        fill();
        rig.closeStore(Duration.ofSeconds(20));

        try (JdbcCatalog anew = emptyCatalog("second")) {
            Reindexer interrupted =
                    new Reindexer(anew.catalogs(), rig.objects, "memory", Clock.systemUTC(), new ReindexReport() {
                        @Override
                        protected void unreadable(String key, StoreException why) {}

                        @Override
                        protected void reached(String key) {
                            if (key.startsWith("segments/")) {
                                throw new StoreException(StoreErrorKind.UNAVAILABLE, "the store is away");
                            }
                        }
                    });
            assertThatThrownBy(() -> interrupted.run(false)).hasMessageContaining("the store is away");
            assertThat(anew.adoption().making()).contains(Making.REINDEX);
            assertThat(anew.adoption().isEmpty()).isFalse();

            assertThat(reindex(anew, false)).isEmpty();

            assertThat(anew.adoption().making()).isEmpty();
            assertThat(verify(anew)).isEmpty();
        }
    }

    @Test
    void verify_namesWhatIsMissingDamagedOrUnknown() throws Exception {
        rig.breaksObjects();
        fill();
        rig.closeStore(Duration.ofSeconds(20));
        assertThat(verify(rig.catalog)).isEmpty();
        String missing =
                rig.catalog.layout(SETTLED).orElseThrow().recordings().get(0).key();
        String damaged = rig.catalog.layout(HOT).orElseThrow().blocks().get(0).segmentKey();
        damage(damaged);
        Answers.get(rig.objects.delete(missing));
        Answers.get(rig.objects.put("segments/unknown.seg", ByteBuffer.wrap(new byte[9])));

        List<String> found = verify(rig.catalog);

        assertThat(found)
                .contains("MISSING " + missing, "ORPHAN segments/unknown.seg")
                .anyMatch(one -> one.equals("CORRUPT " + damaged));
    }

    @Test
    void verify_namesASessionOfWhichTheCatalogCannotReadARow_andGoesOn() throws Exception {
        fill();
        rig.closeStore(Duration.ofSeconds(20));
        try (JdbcCatalog anew = emptyCatalog("second")) {
            reindex(anew, false);
            String segment = anew.layout(HOT).orElseThrow().blocks().get(0).segmentKey();
            try (CatalogProbe probe = new CatalogProbe("jdbc:sqlite:" + folder.resolve("second/catalog.db"))) {
                probe.damage(HOT);
            }

            List<String> found = verify(anew);

            assertThat(found).contains("CORRUPT " + segment, "CORRUPT default/hot");
            assertThat(found).noneMatch(one -> one.contains("settled"));
        }
    }

    @Test
    void verify_ofAProjectThatThereIsNot_saysSo() throws Exception {
        rig.catalog.bootstrap(new Bootstrap(List.of("pk_shop"), null, "argon", "token"), 1);
        Verifier verifier = new Verifier(rig.catalog.catalogs(), rig.objects, into(new ArrayList<>()));

        verifier.verifyProject("default");
        assertThatThrownBy(() -> verifier.verifyProject("typo"))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.NOT_FOUND));
    }

    /** A session that is settled, one that is not, one with a tail that came late, and one to be erased. */
    private void fill() throws Exception {
        for (SessionKey session : List.of(SETTLED, TAILED, ERASED)) {
            sent.put(session, chunks(session, 20));
        }
        sent.get(TAILED).forEach(rig::append);
        sent.get(SETTLED).forEach(rig::append);
        sent.get(ERASED).forEach(rig::append);
        for (SessionKey session : sent.keySet()) {
            rig.awaitEvents(session, events(sent.get(session)));
        }
        rig.store().upkeep().settle();
        sent.put(HOT, chunks(HOT, 20));
        sent.put(TAILED, chunks(TAILED, 25));
        rig.appendAll(sent.get(HOT));
        rig.appendAll(sent.get(TAILED).subList(20, 25));
        rig.awaitEvents(HOT, events(sent.get(HOT)));
        rig.awaitEvents(TAILED, events(sent.get(TAILED)));
    }

    /** What readers see of a session, but for names that only hold for one catalog. */
    private record Seen(
            String text,
            List<Manifest.Window> windows,
            List<Manifest.Gap> gaps,
            String markers,
            SessionFacts facts,
            boolean settled,
            long bytes) {}

    private Map<SessionKey, Seen> seen() {
        return seen(sent.keySet());
    }

    private Map<SessionKey, Seen> seen(Iterable<SessionKey> sessions) {
        Map<SessionKey, Seen> all = new LinkedHashMap<>();
        for (SessionKey session : sessions) {
            Manifest manifest = Answers.get(rig.store().manifest(session));
            all.put(
                    session,
                    new Seen(
                            rig.text(session),
                            manifest.windows(),
                            manifest.gaps(),
                            Answers.get(rig.store().markers(session)).markers().toString(),
                            manifest.session().facts(),
                            manifest.session().settled(),
                            manifest.session().bytesStored()));
        }
        return all;
    }

    /** Returns the recording's key. */
    private static String settle(StoreRig on, List<Chunk> chunks) throws InterruptedException {
        on.appendAll(chunks);
        on.awaitEvents(SETTLED, events(chunks));
        on.store().upkeep().settle();
        return on.catalog.layout(SETTLED).orElseThrow().recordings().get(0).key();
    }

    private void damage(String key) {
        ByteBuffer bytes = object(rig, key);
        bytes.put(20, (byte) ~bytes.get(20));
        Answers.get(rig.objects.delete(key));
        Answers.get(rig.objects.put(key, bytes));
    }

    private static ByteBuffer object(StoreRig on, String key) {
        return Answers.get(on.objects.get(key, 0, Math.toIntExact(Answers.get(on.objects.size(key)))));
    }

    private static List<Chunk> chunks(SessionKey session, int count) {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chunks.add(Chunks.chunk(session, "w1", i));
        }
        return chunks;
    }

    private static long events(List<Chunk> chunks) {
        return chunks.stream().mapToLong(Chunk::events).sum();
    }

    private JdbcCatalog emptyCatalog(String name) throws Exception {
        Files.createDirectories(folder.resolve(name));
        return JdbcCatalog.open(
                CatalogSettings.of("jdbc:sqlite:" + folder.resolve(name).resolve("catalog.db")),
                new SimpleMeterRegistry());
    }

    private void awaitEvents(JdbcCatalog catalog, SessionKey session, long events) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> catalog.layout(session).isPresent()
                        && StoreRig.events(Answers.get(rig.store().manifest(session))) == events);
    }

    private List<String> reindex(JdbcCatalog catalog, boolean goOn) throws InterruptedException {
        List<String> unreadable = new ArrayList<>();
        new Reindexer(catalog.catalogs(), rig.objects, "memory", Clock.systemUTC(), new ReindexReport() {
                    @Override
                    protected void unreadable(String key, StoreException why) {
                        unreadable.add(key);
                    }

                    @Override
                    protected void reached(String key) {}
                })
                .run(goOn);
        return unreadable;
    }

    private List<String> verify(JdbcCatalog catalog) throws InterruptedException {
        List<String> found = new ArrayList<>();
        new Verifier(catalog.catalogs(), rig.objects, into(found)).verifyAll(null);
        return found;
    }

    private static VerifyReport into(List<String> found) {
        return new VerifyReport() {
            @Override
            protected void found(String where, Trouble trouble, String what) {
                found.add(trouble + " " + where);
            }

            @Override
            protected void reached(String position) {}
        };
    }
}
