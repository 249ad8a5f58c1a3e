package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ObjectStore.StoredObject;
import io.tapedeck.store.StoreSettings.Ack;
import io.tapedeck.store.block.SegmentReader;
import io.tapedeck.store.flush.FlushPolicy;
import io.tapedeck.store.upkeep.UpkeepBuilder;
import io.tapedeck.store.upkeep.UpkeepSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store in which something is erased, and ways to look for what is left of it. */
abstract class ErasureRig {
    static final SessionKey ERASED = Fixtures.session("erased");
    static final SessionKey KEPT = Fixtures.session("kept");
    static final String MARKER = "a-secret-of-the-erased-session";
    static final String USER = "jane@example.com";
    static final By BY = new By("admin", Fixtures.RECEIVED_AT + 3_600_000);
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final JsonMapper JSON = new JsonMapper();
    /** Objects that are not urgent stay for the test's life, and intents are given up at once. */
    static final UpkeepSettings UPKEEP =
            new UpkeepBuilder().leaseMs(1).doomedGraceMs(3_600_000).build();

    private static final UpkeepSettings WITHOUT_GRACE =
            new UpkeepBuilder().leaseMs(1).doomedGraceMs(0).build();

    static final FlushPolicy SLOW_FLUSH = new FlushPolicy(1 << 20, 400, 4 << 20, 2, 1, 20);

    static final FlushPolicy FAST_FLUSH = new FlushPolicy(1 << 20, 10, 4 << 20, 2, 1, 20);

    @TempDir
    Path folder;

    StoreRig rig;

    @BeforeEach
    void open() {
        rig = new StoreRig(folder);
        rig.catalog.bootstrap(new Bootstrap(List.of("pk_1"), null, null, null), 1);
        rig.open(settings(SLOW_FLUSH, UPKEEP));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private StoreSettings settings(FlushPolicy flush, UpkeepSettings upkeep) {
        return StoreRig.settings(folder.resolve("node"), Ack.JOURNALED, flush, upkeep);
    }

    final void reopenWithoutGrace(FlushPolicy flush) {
        rig.closeStore(Duration.ofSeconds(10));
        rig.open(settings(flush, WITHOUT_GRACE));
    }

    final ErasureCatalog erasures() {
        return rig.catalog.catalogs().erasures();
    }

    static Chunk secret(SessionKey session, int seq) {
        long at = Fixtures.RECEIVED_AT + seq;
        return Fixtures.chunk(session, "w1", seq, Fixtures.fullSnapshot(at, MARKER), Fixtures.event(at, MARKER));
    }

    static Chunk plain(SessionKey session, int seq) {
        long at = Fixtures.RECEIVED_AT + seq;
        return Fixtures.chunk(session, "w1", seq, Fixtures.fullSnapshot(at, "plain"), Fixtures.event(at, "p" + seq));
    }

    final JsonNode finish(Erasure erasure) throws Exception {
        rig.store().erasureRequested();
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
            rig.store().upkeep().erase();
            rig.store().upkeep().sweep();
            return isFinal(erasure);
        });
        return JSON.readTree(erasures().erasure(erasure.id()).orElseThrow().certificate());
    }

    final boolean isFinal(Erasure erasure) {
        return erasures().erasure(erasure.id()).orElseThrow().finalAt() != null;
    }

    final Set<String> tombstones() {
        Set<String> keys = new TreeSet<>();
        Answers.get(rig.objects.list("meta/tombstones/", null, 1_000)).forEach(object -> keys.add(object.key()));
        return keys;
    }

    final String read(String key) {
        int bytes = Math.toIntExact(Answers.get(rig.objects.size(key)));
        return StandardCharsets.UTF_8
                .decode(Answers.get(rig.objects.get(key, 0, bytes)))
                .toString();
    }

    /** The objects that hold the marker when decompressed. */
    final Set<String> holding() {
        Set<String> keys = new TreeSet<>();
        for (StoredObject object : Answers.get(rig.objects.list("", null, 1_000))) {
            ByteBuffer bytes = Answers.get(rig.objects.get(object.key(), 0, Math.toIntExact(object.bytes())));
            if (content(object.key(), bytes).contains(MARKER)) {
                keys.add(object.key());
            }
        }
        return keys;
    }

    private static String content(String key, ByteBuffer object) {
        if (key.startsWith("segments/")) {
            StringBuilder content = new StringBuilder();
            SegmentReader.footer(object.remaining(), object)
                    .sessions()
                    .forEach(session -> session.blocks()
                            .forEach(block -> content.append(Answers.decompressed(
                                    object.slice(Math.toIntExact(block.offset()), block.length())))));
            return content.toString();
        }
        return key.startsWith("recordings/")
                ? Answers.decompressed(object)
                : StandardCharsets.UTF_8.decode(object.duplicate()).toString();
    }

    final void assertNothingInFiles() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("node"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(MARKER);
            }
        }
    }

    static String sha256(String text) throws NoSuchAlgorithmException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    static void assertErased(ThrowingCallable call) {
        assertKind(StoreErrorKind.ERASED, call);
    }

    static void assertKind(StoreErrorKind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
