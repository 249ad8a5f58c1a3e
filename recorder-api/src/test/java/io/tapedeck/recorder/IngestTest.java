package io.tapedeck.recorder;

import static io.tapedeck.recorder.Gateway.bytes;
import static io.tapedeck.recorder.Gateway.code;
import static io.tapedeck.recorder.Gateway.envelope;
import static io.tapedeck.recorder.Gateway.gzip;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.AdminCatalog.OnLessMasking;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is stored, and what is answered, for uploads as recorders send them. */
class IngestTest {
    private static final String EVENT = "{\"type\":4,\"data\":{\"href\":\"https://shop.example/a?q=***\","
            + "\"width\":800,\"height\":600},\"timestamp\":1794116402000}";
    private static final String CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            + "Chrome/156.0.0.0 Safari/537.36";

    private final Gateway gateway = Gateway.start();

    @AfterEach
    void stop() throws Exception {
        gateway.store.behave();
        gateway.catalog.setDown(false);
        gateway.catalog.put(Gateway.KEY, ProjectSettings.DEFAULT);
        gateway.assertSound();
        gateway.close();
    }

    @Test
    void post_ofAChunk_isStoredAndAcknowledged() throws Exception {
        String body = "{\"session\":\"s1\",\"window\":\"w1\",\"seq\":3,\"sentAt\":1794116402999,\"final\":true,"
                + "\"user\":{\"id\":\"u1\",\"traits\":{\"plan\":\"pro\"}},"
                + "\"masking\":{\"level\":\"balanced\",\"version\":1},\"release\":\"1.2\","
                + "\"tags\":{\"team\":\"blue\"},\"events\":[" + EVENT + "]}";

        HttpResponse<String> answer = gateway.post(
                body, "Origin", "https://shop.example", "Content-Type", "text/plain", "User-Agent", CHROME);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("https://shop.example");
        assertThat(answer.headers().firstValue("x-request-id")).isPresent();
        Chunk chunk = gateway.store.last();
        assertThat(chunk.session().project()).isEqualTo("default");
        assertThat(chunk.session().session()).isEqualTo("s1");
        assertThat(chunk.window().value()).isEqualTo("w1");
        assertThat(chunk.seq()).isEqualTo(3);
        assertThat(chunk.sentAt()).isEqualTo(1794116402999L);
        assertThat(lines(chunk)).isEqualTo("{\"w\":\"w1\"," + EVENT.substring(1) + "\n");
        assertThat(chunk.facts().user().id()).isEqualTo("u1");
        assertThat(chunk.facts().user().traits().path("plan").asText()).isEqualTo("pro");
        assertThat(chunk.facts().userIds()).containsExactly("u1");
        assertThat(chunk.facts().release()).isEqualTo("1.2");
        assertThat(chunk.facts().tags()).containsEntry("team", "blue");
        assertThat(chunk.facts().browser()).isEqualTo("Chrome 156");
        assertThat(chunk.facts().os()).isEqualTo("Linux");
        assertThat(chunk.facts().device()).isEqualTo("desktop");
        assertThat(chunk.facts().sdk()).isEqualTo("tapedeck");
        assertThat(chunk.facts().isFinal()).isTrue();
        assertThat(chunk.facts().entry().url()).isEqualTo("https://shop.example/a?q=***");
    }

    @Test
    void post_inEveryEncoding_storesTheSame() throws Exception {
        byte[] plain = bytes(envelope("s1", "[" + EVENT + "]"));

        List<HttpResponse<String>> answers = List.of(
                gateway.post(plain),
                gateway.post(plain, "Content-Encoding", "identity"),
                gateway.post(gzip(plain), "Content-Encoding", "gzip"),
                gateway.post(gzip(plain)),
                gateway.post(Zstd.compress(plain), "Content-Encoding", "zstd"),
                gateway.post(Zstd.compress(plain)));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(200));
        assertThat(gateway.store.chunks()).hasSize(1);
        assertThat(gateway.outcomes("stored")).isEqualTo(1);
        assertThat(gateway.outcomes("repeated")).isEqualTo(5);
    }

    @Test
    void post_withEventsFirstAndMembersItDoesNotKnow_isStored() throws Exception {
        String body = "{ \"events\" : [\n" + EVENT + "\n], \"future\":{\"events\":[1]}, \"user\":null, \"sentAt\":-5, "
                + "\"masking\":{\"version\":9,\"more\":[],\"level\":\"strict\"},\"window\":\"w2\",\"session\":\"s1\"}\n";

        assertThat(gateway.post(body).statusCode()).isEqualTo(200);
        assertThat(gateway.store.last().seq()).isEqualTo(Chunk.NO_SEQ);
        assertThat(gateway.store.last().sentAt()).isEqualTo(Chunk.NO_TIME);
        assertThat(lines(gateway.store.last())).startsWith("{\"w\":\"w2\",").hasLineCount(1);
    }

    @Test
    void post_ofOneEventOf20MB_isStored() throws Exception {
        String css = ".a{color:red}".repeat(20 * (1 << 20) / 13);
        byte[] plain = bytes(envelope(
                "big", "[{\"type\":3,\"data\":{\"source\":8,\"adds\":\"" + css + "\"},\"timestamp\":1794116402000}]"));

        assertThat(gateway.post(gzip(plain), "Content-Encoding", "gzip").statusCode())
                .isEqualTo(200);
        assertThat(gateway.store.last().lines().rawLength()).isGreaterThan(20_000_000);
        assertThat(gateway.post(Zstd.compress(plain)).statusCode()).isEqualTo(200);
        assertThat(gateway.post(plain).statusCode()).isEqualTo(200);
        assertThat(gateway.store.chunks()).hasSize(1);
    }

    @Test
    void post_ofManySmallGzipMembers_isStored() throws Exception {
        byte[] start = gzip(bytes(envelope("many", "[" + EVENT.replace("?q=***", "x".repeat(600_000)) + "]")));
        byte[] end = gzip(bytes(" "));
        byte[] body = Arrays.copyOf(start, start.length + end.length);
        System.arraycopy(end, 0, body, start.length, end.length);

        assertThat(gateway.post(body).statusCode())
                .as("the last member's length says nothing of the whole")
                .isEqualTo(200);
    }

    @Test
    void post_withoutEvents_isForWhatElseItSays() throws Exception {
        String head = "{\"session\":\"s1\",\"window\":\"w1\",\"masking\":{\"level\":\"strict\"},\"events\":[ ]";

        assertThat(gateway.post(head + "}").statusCode()).isEqualTo(400);
        assertThat(gateway.post(head + ",\"user\":{\"id\":42}}").statusCode()).isEqualTo(200);
        assertThat(gateway.store.last().facts().user().id()).isEqualTo("42");
        assertThat(gateway.post(head + ",\"tags\":{\"a\":\"b\"}}").statusCode()).isEqualTo(200);
        assertThat(gateway.post(head + ",\"final\":true}").statusCode()).isEqualTo(200);
        assertThat(gateway.store.chunks())
                .as("what they say makes them different chunks")
                .hasSize(3);
        assertThat(gateway.post(head + ",\"final\":true}").statusCode()).isEqualTo(200);
        assertThat(gateway.store.chunks()).hasSize(3);
    }

    @Test
    void post_withOddTextInFacts_isStoredWithReplacements() throws Exception {
        String body =
                "{\"session\":\"s1\",\"window\":\"w1\",\"masking\":{\"level\":\"strict\"},\"release\":\"a\\u0000b\","
                        + "\"user\":{\"id\":\"x\\ud800y\"},\"tags\":{\"n\":\"\\udc00\"},"
                        + "\"events\":[{\"type\":5,\"data\":{\"tag\":\"t\",\"payload\":\"\\u0000 \\ud83d\"},\"timestamp\":1794116402000}]}";

        assertThat(gateway.post(body).statusCode()).isEqualTo(200);
        Chunk chunk = gateway.store.last();
        assertThat(chunk.facts().release()).isEqualTo("a\ufffdb");
        assertThat(chunk.facts().user().id()).isEqualTo("x\ufffdy");
        assertThat(chunk.facts().tags()).containsEntry("n", "\ufffd");
        assertThat(lines(chunk)).as("events are kept as they came").contains("\\u0000 \\ud83d");
    }

    @Test
    void post_withAbsurdTimes_isStored() throws Exception {
        String events =
                "[{\"type\":0,\"data\":{},\"timestamp\":-5},{\"type\":1,\"data\":{},\"timestamp\":99999999999999}]";

        assertThat(gateway.post(envelope("s1", events)).statusCode()).isEqualTo(200);
        assertThat(gateway.store.last().facts().clockImplausible()).isTrue();
        assertThat(gateway.store.last().firstAt()).isEqualTo(-5);
    }

    @Test
    void post_withoutOrWithAnotherKey_isUnauthenticated() throws Exception {
        byte[] body = bytes(envelope("s1", "[" + EVENT + "]"));

        assertThat(code(gateway.postTo("/ingest/v1/chunks", body))).isEqualTo("UNAUTHENTICATED");
        assertThat(code(gateway.postTo("/ingest/v1/chunks?key=pk_other", body))).isEqualTo("UNAUTHENTICATED");
        assertThat(code(gateway.postTo("/ingest/v1/chunks?key=%00%22", body))).isEqualTo("UNAUTHENTICATED");
        assertThat(gateway.store.chunks()).isEmpty();
    }

    @Test
    void post_fromAnotherOrigin_isRefusedIfTheProjectNamesSome() throws Exception {
        ProjectSettings usual = ProjectSettings.DEFAULT;
        gateway.catalog.put(
                "pk_origins",
                new ProjectSettings(
                        usual.masking(),
                        usual.onLessMasking(),
                        List.of("https://shop.example"),
                        RetentionPolicy.DEFAULT,
                        1.0,
                        true,
                        CaptureSettings.DEFAULT));
        byte[] body = bytes(envelope("s1", "[" + EVENT + "]"));
        String path = "/ingest/v1/chunks?key=pk_origins";

        HttpResponse<String> other = gateway.postTo(path, body, "Origin", "https://evil.example");

        assertThat(other.statusCode()).isEqualTo(403);
        assertThat(code(other)).isEqualTo("ORIGIN_NOT_ALLOWED");
        assertThat(other.headers().firstValue("access-control-allow-origin")).hasValue("https://evil.example");
        assertThat(gateway.postTo(path, body).statusCode()).isEqualTo(403);
        String[] own = {
            "Sec-Fetch-Site", "same-origin", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "shop.example"
        };
        assertThat(gateway.postTo(path, body, own).statusCode()).isEqualTo(403);
        assertThat(gateway.postTo(path, body, "Origin", "https://shop.example").statusCode())
                .isEqualTo(200);
    }

    @Test
    void post_toAProjectThatDoesNotRecord_isRefused() throws Exception {
        gateway.catalog.put(
                "pk_off",
                new ProjectSettings(
                        MaskingLevel.BALANCED,
                        OnLessMasking.REJECT,
                        List.of(),
                        RetentionPolicy.DEFAULT,
                        1.0,
                        false,
                        CaptureSettings.DEFAULT));

        HttpResponse<String> answer =
                gateway.postTo("/ingest/v1/chunks?key=pk_off", bytes(envelope("s1", "[" + EVENT + "]")));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(code(answer)).isEqualTo("RECORDING_OFF");
    }

    @Test
    void post_maskedLess_isRefused() throws Exception {
        String body = envelope("s1", "[" + EVENT + "]").replace("balanced", "open");

        HttpResponse<String> answer = gateway.post(body);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(code(answer)).isEqualTo("MASKING_VIOLATION");
        assertThat(gateway.store.chunks()).isEmpty();
    }

    @Test
    void post_maskedLess_isMaskedIfTheProjectSaysSo() throws Exception {
        gateway.catalog.put(
                "pk_redact",
                new ProjectSettings(
                        MaskingLevel.BALANCED,
                        OnLessMasking.REDACT,
                        List.of(),
                        RetentionPolicy.DEFAULT,
                        1.0,
                        true,
                        CaptureSettings.DEFAULT));
        String events =
                "[{\"type\":3,\"data\":{\"source\":5,\"text\":\"my secret\",\"id\":7},\"timestamp\":1794116402000}]";
        byte[] body = bytes(envelope("s1", events).replace("balanced", "open"));

        assertThat(gateway.postTo("/ingest/v1/chunks?key=pk_redact", body).statusCode())
                .isEqualTo(200);
        assertThat(lines(gateway.store.last())).contains("\"** ******\"").doesNotContain("secret");
        gateway.catalog.put(
                "pk_open",
                new ProjectSettings(
                        MaskingLevel.OPEN,
                        OnLessMasking.REJECT,
                        List.of(),
                        RetentionPolicy.DEFAULT,
                        1.0,
                        true,
                        CaptureSettings.DEFAULT));
        assertThat(gateway.postTo("/ingest/v1/chunks?key=pk_open", body).statusCode())
                .isEqualTo(200);
        assertThat(gateway.store.chunks())
                .as("masked or not, it is the same chunk")
                .hasSize(1);
    }

    @Test
    void post_toAnErasedSession_isGone() throws Exception {
        gateway.store.behave(chunk ->
                CompletableFuture.failedFuture(new StoreException(StoreErrorKind.ERASED, "the session is erased")));

        HttpResponse<String> answer = gateway.post(envelope("s1", "[" + EVENT + "]"));

        assertThat(answer.statusCode()).isEqualTo(410);
        assertThat(code(answer)).isEqualTo("ERASED");
    }

    @Test
    void post_whileTheStoreIsFull_isToBeTriedAgain() throws Exception {
        gateway.store.behave(chunk -> {
            throw new StoreException(StoreErrorKind.OVER_CAPACITY, "the journal is full");
        });

        HttpResponse<String> answer = gateway.post(envelope("s1", "[" + EVENT + "]"), "Origin", "https://a.example");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(code(answer)).isEqualTo("OVER_CAPACITY");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(answer.headers().firstValue("access-control-expose-headers").orElseThrow())
                .contains("Retry-After");
    }

    @Test
    void post_whileTheCatalogIsDown_goesOnForKnownKeys() throws Exception {
        byte[] body = bytes(envelope("s1", "[" + EVENT + "]"));
        gateway.post(body);
        gateway.catalog.setDown(true);

        assertThat(gateway.post(body).statusCode()).isEqualTo(200);
        HttpResponse<String> unknown = gateway.postTo("/ingest/v1/chunks?key=pk_not_seen", body);
        assertThat(unknown.statusCode()).as("an outage is not a wrong key").isEqualTo(503);
        assertThat(code(unknown)).isEqualTo("UNAVAILABLE");
    }

    @Test
    void defectOfTheStore_isInternal() throws Exception {
        gateway.store.behave(chunk -> {
            throw new IllegalStateException("private detail");
        });

        HttpResponse<String> answer = gateway.post(envelope("s1", "[" + EVENT + "]"));

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("private detail");
    }

    private static String lines(Chunk chunk) {
        return new String(chunk.lines().unpack(), StandardCharsets.UTF_8);
    }
}
