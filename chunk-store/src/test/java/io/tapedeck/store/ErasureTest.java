package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.Zstd;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.Catalog.ObjectIntent;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.NoteCatalog.NewNote;
import io.tapedeck.store.StoreSettings.Ack;
import io.tapedeck.store.ViewCatalog.Sight;
import io.tapedeck.store.ViewCatalog.Viewer;
import io.tapedeck.store.ViewCatalog.ViewerKind;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.upkeep.ReindexReport;
import io.tapedeck.store.upkeep.Reindexer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is erased is nowhere any more, wherever it was; everything else is as it was. */
class ErasureTest extends ErasureRig {
    private static final String NOTED = "what-somebody-noted-of-jane";

    private static Chunk identified(SessionKey session, int seq, String user) {
        Chunk chunk = secret(session, seq);
        return Chunks.with(
                chunk, new User(user, JSON.createObjectNode(), chunk.facts().lastEventAt()));
    }

    /** Where a session can be when it is erased. One chunk of it and one of another share a segment to begin with. */
    enum Place {
        HOT_WITH_OTHERS,
        HOT_ALONE,
        OPEN_SEGMENT,
        SETTLED,
        SETTLED_BESIDE_OTHERS_THAT_ARE_HOT,
        SETTLED_WITH_TAIL,
        BEING_SETTLED,
        PUT_AND_NOT_COMMITTED,
        UNKNOWN_TO_THE_CATALOG,
        SET_ASIDE
    }

    private List<Chunk> bring(Place place) throws Exception {
        List<Chunk> kept = new ArrayList<>(List.of(plain(KEPT, 0), plain(KEPT, 1)));
        if (place == Place.HOT_ALONE) {
            rig.appendAll(kept);
            rig.awaitEvents(KEPT, 4);
            rig.append(secret(ERASED, 0));
            rig.awaitEvents(ERASED, 2);
            return kept;
        }
        rig.appendAll(List.of(secret(ERASED, 0), kept.get(0), kept.get(1)));
        rig.awaitEvents(ERASED, 2);
        rig.awaitEvents(KEPT, 4);
        switch (place) {
            case HOT_ALONE, HOT_WITH_OTHERS -> {}
            case OPEN_SEGMENT -> rig.append(secret(ERASED, 1));
            case SETTLED -> rig.store().upkeep().settle();
            case SETTLED_BESIDE_OTHERS_THAT_ARE_HOT -> settleOnly(ERASED);
            case SETTLED_WITH_TAIL -> {
                rig.store().upkeep().settle();
                rig.append(secret(ERASED, 1));
                rig.awaitEvents(ERASED, 4);
            }
            case BEING_SETTLED -> {
                intend("recordings/default/20261108/erased.0.1.ndjson.zst", ObjectKind.RECORDING);
                put("recordings/default/20261108/erased.0.1.ndjson.zst");
            }
            case PUT_AND_NOT_COMMITTED -> {
                intend("segments/20261108/22/other-1-1-1.seg", ObjectKind.SEGMENT);
                Answers.get(rig.objects.put("segments/20261108/22/other-1-1-1.seg", segmentOf(ERASED)));
            }
            case UNKNOWN_TO_THE_CATALOG -> put(recordingKey("stray"));
            case SET_ASIDE -> {
                Path quarantine = folder.resolve("node/journal/quarantine");
                Files.createDirectories(quarantine);
                Files.writeString(quarantine.resolve("1.journal.0-9"), "\u0000{\"session\":\"erased\"" + MARKER);
                Files.writeString(quarantine.resolve("2.journal.0-9"), "\u0000{\"session\":\"other\"");
            }
        }
        return kept;
    }

    private String recordingKey(String attempt) {
        String day = Instant.ofEpochMilli(Fixtures.RECEIVED_AT)
                .toString()
                .substring(0, 10)
                .replace("-", "");
        return "recordings/default/" + day + "/erased.0." + attempt + ".ndjson.zst";
    }

    private void intend(String key, ObjectKind kind) {
        rig.catalog.intend(new ObjectIntent(key, kind, "memory", "somebody", 1));
    }

    private void put(String key) {
        Answers.get(
                rig.objects.put(key, ByteBuffer.wrap(Zstd.compress((MARKER + "\n").getBytes(StandardCharsets.UTF_8)))));
    }

    private ByteBuffer segmentOf(SessionKey session) {
        SessionLayout layout = rig.catalog.layout(session).orElseThrow();
        String key = layout.blocks().get(0).segmentKey();
        return Answers.get(rig.objects.get(key, 0, Math.toIntExact(Answers.get(rig.objects.size(key)))));
    }

    private void settleOnly(SessionKey session) throws InterruptedException {
        rig.catalog.leaseSettleable("nobody", 1L << 60, 1L << 60, 1L << 60, (1L << 60) + 1, 10);
        rig.catalog.releaseSettling("nobody", session);
        rig.store().upkeep().settle();
        assertThat(rig.catalog.layout(session).orElseThrow().blocks()).isEmpty();
        assertThat(rig.catalog.layout(KEPT).orElseThrow().blocks()).isNotEmpty();
    }

    @Test
    void erase_afterReindexing_leavesNothingInSegmentsThatTheSessionWasSettledFrom() throws Exception {
        bring(Place.SETTLED_BESIDE_OTHERS_THAT_ARE_HOT);
        rig.closeStore(Duration.ofSeconds(10));
        rig.breaksObjects(); // of the first catalog
        CatalogSettings settings = CatalogSettings.of("jdbc:sqlite:" + folder.resolve("anew.db"));
        try (JdbcCatalog anew = JdbcCatalog.open(settings, new SimpleMeterRegistry())) {
            reindex(anew);
            rig.open(StoreRig.settings(folder.resolve("node"), Ack.JOURNALED, SLOW_FLUSH, UPKEEP), anew);
            assertThat(anew.layout(ERASED).orElseThrow().blocks()).isEmpty();
            assertThat(holding()).hasSize(2);

            ErasureCatalog erasures = anew.catalogs().erasures();
            String erasure = erasures.request(Subject.session(ERASED), null, BY).id();
            rig.store().erasureRequested();
            Awaitility.await().atMost(PATIENCE).until(() -> {
                rig.store().upkeep().erase();
                rig.store().upkeep().sweep();
                return erasures.erasure(erasure).orElseThrow().finalAt() != null;
            });

            assertThat(holding()).isEmpty();
            assertThat(anew.layout(KEPT).orElseThrow().facts().events()).isEqualTo(4);
            rig.closeStore(Duration.ofSeconds(10));
        }
    }

    private void reindex(JdbcCatalog catalog) throws InterruptedException {
        ReindexReport report = new ReindexReport() {
            @Override
            protected void unreadable(String key, StoreException why) {
                throw why;
            }

            @Override
            protected void reached(String key) {}
        };
        new Reindexer(catalog.catalogs(), rig.objects, "memory", Clock.systemUTC(), report).run(false);
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void erase_ofASession_leavesNothingOfItAnywhere(Place place) throws Exception {
        List<Chunk> kept = bring(place);
        Set<String> holding = holding();
        boolean isGraceOver = place == Place.PUT_AND_NOT_COMMITTED;
        if (isGraceOver) {
            reopenWithoutGrace(SLOW_FLUSH);
        }

        Erasure erasure = erasures().request(Subject.session(ERASED), "asked for", BY);
        assertThat(rig.catalog.layout(ERASED)).isEmpty();
        JsonNode certificate = finish(erasure);

        assertThat(holding()).isEmpty();
        assertNothingInFiles();
        assertThat(keys(certificate)).containsAll(holding);
        rig.assertSound(KEPT, kept);
        assertErased(() -> rig.append(secret(ERASED, 7)));
        assertErased(() -> rig.append(secret(ERASED, 0)));
        assertThat(tombstones()).containsExactly("meta/tombstones/default/session/erased.json");
        if (place == Place.SET_ASIDE) {
            assertThat(folder.resolve("node/journal/quarantine/2.journal.0-9")).exists();
        }
    }

    @Test
    void aCertificate_saysWhatWasDeletedAndCanBeChecked() throws Exception {
        bring(Place.SETTLED_WITH_TAIL);
        Erasure erasure = erasures().request(Subject.session(ERASED), "asked for", BY);

        JsonNode certificate = finish(erasure);

        Erasure done = erasures().erasure(erasure.id()).orElseThrow();
        assertThat(read("meta/erasures/" + erasure.id() + ".json")).isEqualTo(done.certificate());
        assertThat(certificate.path("subject").asText()).isEqualTo("erased");
        assertThat(certificate.path("requestedBy").asText()).isEqualTo("admin");
        assertThat(certificate.path("reason").asText()).isEqualTo("asked for");
        assertThat(certificate.path("finalAt").asLong()).isPositive();
        assertThat(certificate.path("sessionIds")).hasSize(1);
        assertThat(certificate.path("nodes")).hasSize(1);
        assertThat(certificate.path("outOfReach"))
                .extracting(JsonNode::asText)
                .anyMatch(text -> text.contains("nodes that were retired"))
                .anyMatch(text -> text.contains("backups"));
        certificate.path("objects").forEach(object -> {
            assertThat(object.path("bytes").asLong()).isPositive();
            assertThat(object.path("deletedAt").asLong()).isPositive();
        });
        String digest = ((ObjectNode) certificate).remove("digest").asText();
        assertThat(sha256(JSON.writeValueAsString(certificate))).isEqualTo(digest);
        assertThat(rig.meters().get("tapedeck.erasure.finished").counter().count())
                .isEqualTo(1);
        assertThat(rig.meter("tapedeck.erasure.open")).isZero();
    }

    @Test
    void erase_ofAUser_takesAllThatEverCarriedHim() throws Exception {
        List<SessionKey> his = List.of(Fixtures.session("u1"), Fixtures.session("u2"), Fixtures.session("u3"));
        List<Chunk> kept = List.of(plain(KEPT, 0), plain(KEPT, 1));
        List<Chunk> chunks = new ArrayList<>(kept);
        his.forEach(session -> chunks.add(identified(session, 0, USER)));
        rig.appendAll(chunks);
        for (SessionKey session : his) {
            rig.awaitEvents(session, 2);
        }
        rig.awaitEvents(KEPT, 4);

        Erasure erasure = erasures().request(Subject.user("default", USER), null, BY);
        assertThat(erasure.sessions()).isEqualTo(3);
        JsonNode certificate = finish(erasure);

        assertThat(holding()).isEmpty();
        rig.assertSound(KEPT, kept);
        assertThat(certificate.toString()).doesNotContain(USER);
        assertThat(certificate.path("subject").asText()).isEqualTo(UserDigest.of("default", USER));
        assertThat(erasures().erasure(erasure.id()).orElseThrow().subject().name())
                .isNull();
        his.forEach(session -> assertErased(() -> rig.append(secret(session, 3))));
    }

    @Test
    void erase_ofAUser_leavesNothingOfHimInTheCatalogsFiles() throws Exception {
        rig.appendAll(List.of(identified(ERASED, 0, USER), plain(KEPT, 0)));
        rig.awaitEvents(ERASED, 2);
        rig.awaitEvents(KEPT, 2);
        Viewer viewer = new Viewer(ViewerKind.PERSON, "who-watched", null);
        rig.catalog.catalogs().views().note(List.of(new Sight(ERASED, viewer, 1)));
        assertThat(catalogFiles()).contains(USER, "who-watched");

        finish(erasures().request(Subject.user("default", USER), "asked for", BY));

        assertThat(catalogFiles()).contains(KEPT.session()).doesNotContain(USER, "who-watched");
    }

    @Test
    void erase_ofASession_leavesNothingOfItsNotesInTheCatalogsFiles() throws Exception {
        rig.appendAll(List.of(secret(ERASED, 0), plain(KEPT, 0)));
        rig.awaitEvents(ERASED, 2);
        rig.awaitEvents(KEPT, 2);
        NoteCatalog notes = rig.catalog.catalogs().notes();
        // Of those that fill a page of the file, the rest stands on pages of its own.
        String written = NOTED + " " + "x".repeat(1_900) + NOTED;
        for (int i = 0; i < 20; i++) {
            notes.write(new NewNote("erased-" + i, ERASED, 1L, written), BY);
            notes.write(new NewNote("kept-" + i, KEPT, 1L, "what stays " + "y".repeat(1_900)), BY);
        }
        notes.write(new NewNote("deleted", KEPT, null, NOTED), BY);
        notes.delete(KEPT, "deleted", false, BY);
        assertThat(catalogFiles()).contains(NOTED);

        finish(erasures().request(Subject.session(ERASED), "asked for", BY));

        assertThat(catalogFiles()).contains("what stays").doesNotContain(NOTED);
        assertThat(notes.notes(KEPT)).hasSize(20);
    }

    @Test
    void erase_ofASessionThatAnOlderProcessTookOut_leavesNothingOfItsNotesAndViewers() throws Exception {
        rig.appendAll(List.of(secret(ERASED, 0), plain(KEPT, 0)));
        rig.awaitEvents(ERASED, 2);
        rig.awaitEvents(KEPT, 2);
        Catalogs catalogs = rig.catalog.catalogs();
        catalogs.notes().write(new NewNote("erased", ERASED, 1L, NOTED), BY);
        Viewer viewer = new Viewer(ViewerKind.PERSON, "who-watched", null);
        catalogs.views().note(List.of(new Sight(ERASED, viewer, 1)));
        // As a process leaves them that does not know them and removes the session.
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("catalog.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("update session_note set session_number = -1");
            statement.executeUpdate("update session_view set session_number = -1");
        }
        assertThat(catalogFiles()).contains(NOTED, "who-watched");

        finish(erasures().request(Subject.session(ERASED), "asked for", BY));

        assertThat(catalogFiles()).contains(KEPT.session()).doesNotContain(NOTED, "who-watched");
    }

    /** The bytes of the database and of its write-ahead log. */
    private String catalogFiles() throws IOException {
        StringBuilder bytes = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return bytes.toString();
    }

    @Test
    void erasuresThatWaitForANode_howeverMany_doNotKeepALaterOneFromTakingItsSessionOut() throws Exception {
        List<Chunk> kept = bring(Place.SETTLED_WITH_TAIL);
        rig.catalog.startNode("gone");
        for (int i = 0; i < 101; i++) {
            erasures().request(Subject.user("default", "user" + i), null, BY);
        }

        Erasure erasure = erasures().request(Subject.session(ERASED), null, BY);
        Awaitility.await().atMost(PATIENCE).until(() -> {
            rig.store().upkeep().erase();
            rig.store().upkeep().sweep();
            return holding().isEmpty();
        });

        assertThat(isFinal(erasure)).isFalse();
        rig.assertSound(KEPT, kept);
    }

    @Test
    void aSessionThatNamesAnErasedUserOnlyNow_isErasedToo() throws Exception {
        List<Chunk> kept = List.of(plain(KEPT, 0), plain(KEPT, 1));
        rig.appendAll(List.of(secret(ERASED, 0), kept.get(0), kept.get(1)));
        rig.awaitEvents(ERASED, 2);
        rig.awaitEvents(KEPT, 4);
        finish(erasures().request(Subject.user("default", USER), null, BY));
        assertThat(rig.catalog.layout(ERASED)).isPresent();

        rig.append(identified(ERASED, 1, USER));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> rig.catalog.layout(ERASED).isEmpty());
        Awaitility.await().atMost(PATIENCE).until(() -> {
            rig.store().upkeep().erase();
            rig.store().upkeep().sweep();
            return holding().isEmpty();
        });

        rig.assertSound(KEPT, kept);
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertErased(() -> rig.append(secret(ERASED, 2))));
    }

    @Test
    void aSessionThatBeganAfterAUsersErasure_isKept() throws Exception {
        finish(erasures().request(Subject.user("default", USER), null, new By("admin", 1)));

        rig.append(identified(KEPT, 0, USER));

        rig.awaitEvents(KEPT, 2);
    }

    @Test
    void erase_ofWhatIsHeldOrUnknown_isRefused() {
        assertKind(StoreErrorKind.NOT_FOUND, () -> erasures().request(Subject.session(ERASED), null, BY));
        assertKind(StoreErrorKind.NOT_FOUND, () -> erasures().request(Subject.project("nobody"), null, BY));
        assertThat(erasures().newest()).isZero();
    }

    private static Set<String> keys(JsonNode certificate) {
        Set<String> keys = new TreeSet<>();
        certificate
                .path("objects")
                .forEach(object -> keys.add(object.path("key").asText()));
        return keys;
    }
}
