package io.tapedeck.recorder;

import static io.tapedeck.recorder.Gateway.code;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.ChunkStore;
import io.tapedeck.store.EventStream;
import io.tapedeck.store.Manifest;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.StoreSettings;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.object.MemoryObjectStore;
import io.tapedeck.store.object.TestSubscriber;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads as rrweb in a real browser made them, into the real store and back out of it. */
class RealStoreTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MemoryObjectStore objects = new MemoryObjectStore(1L << 28);
    private JdbcCatalog catalog;
    private ChunkStore store;
    private Gateway gateway;

    @BeforeEach
    void open() {
        catalog = JdbcCatalog.open(CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db")), meters);
        store = ChunkStore.open(
                StoreSettings.defaults(folder, "memory", StoreSettings.Ack.JOURNALED),
                objects,
                catalog.catalogs(),
                meters,
                Clock.systemUTC());
        gateway = new Gateway(RecorderSettings.defaults(), store);
    }

    @AfterEach
    void close() throws Exception {
        gateway.assertSound();
        gateway.close();
        store.close(Duration.ofSeconds(10));
        catalog.close();
        objects.close();
    }

    @Test
    void uploads_comeBackAsTheyWere() throws Exception {
        List<JsonNode> sent = new ArrayList<>();
        for (String name : new String[] {"002", "005"}) {
            JsonNode events = capture(name);
            events.forEach(sent::add);
            byte[] body = envelope(name.equals("002") ? 0 : 1, events);
            assertThat(gateway.post(Gateway.gzip(body), "Content-Encoding", "gzip")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(gateway.post(Zstd.compress(body)).statusCode())
                    .as("sent again, in another encoding")
                    .isEqualTo(200);
        }

        Awaitility.await().atMost(30, TimeUnit.SECONDS).ignoreExceptions().untilAsserted(() -> {
            Manifest manifest = store.manifest(session()).get(10, TimeUnit.SECONDS);
            assertThat(manifest.session().facts().events()).isEqualTo(sent.size());
        });
        assertThat(readBack()).containsExactlyElementsOf(sent);
    }

    @Test
    void refusals_leaveNothingInTheStore() throws Exception {
        assertThat(code(gateway.post("{\"session\":\"real\",\"events\":["))).isEqualTo("MALFORMED");
        assertThat(code(gateway.postTo("/ingest/v1/chunks?key=none", envelope(0, capture("005")))))
                .isEqualTo("UNAUTHENTICATED");
        assertThat(store.manifest(session()))
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        StoreException.class,
                        missing -> assertThat(missing.kind()).isEqualTo(StoreErrorKind.NOT_FOUND));
    }

    private List<JsonNode> readBack() throws Exception {
        EventStream stream = store.events(session(), null, null, null).get(10, TimeUnit.SECONDS);
        List<JsonNode> events = new ArrayList<>();
        String text = new String(
                new ZstdInputStream(new ByteArrayInputStream(collect(stream))).readAllBytes(), StandardCharsets.UTF_8);
        for (String line : text.split("\n")) {
            JsonNode event = MAPPER.readTree(line);
            assertThat(((ObjectNode) event).remove("w").asText()).isEqualTo("w1");
            events.add(event);
        }
        return events;
    }

    private static byte[] collect(EventStream stream) {
        TestSubscriber subscriber = new TestSubscriber();
        stream.frames().subscribe(subscriber);
        subscriber.request(Long.MAX_VALUE);
        subscriber.awaitEnd();
        assertThat(subscriber.completed()).isTrue();
        byte[] bytes = new byte[subscriber.received().remaining()];
        subscriber.received().get(bytes);
        return bytes;
    }

    private static byte[] envelope(int seq, JsonNode events) throws IOException {
        ObjectNode body = MAPPER.createObjectNode();
        body.put("session", "real").put("window", "w1").put("seq", seq);
        body.putObject("masking").put("level", "balanced").put("version", 1);
        body.set("events", events);
        return MAPPER.writeValueAsBytes(body);
    }

    private static JsonNode capture(String name) throws IOException {
        try (InputStream in = RealStoreTest.class.getResourceAsStream("/rrweb/" + name + ".json.gz")) {
            return MAPPER.readTree(new GZIPInputStream(in)).path("events");
        }
    }

    private static SessionKey session() {
        return new SessionKey("default", "real");
    }
}
