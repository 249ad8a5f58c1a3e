package io.tapedeck.recorder;

import static io.tapedeck.recorder.Gateway.bytes;
import static io.tapedeck.recorder.Gateway.code;
import static io.tapedeck.recorder.Gateway.gzip;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.tapedeck.recorder.dialect.rrweb.Packer;
import io.tapedeck.store.Chunk;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is stored, and what is answered, for pages that use rrweb themselves. */
class RrwebIngestTest extends SdkIngest {
    private static final String PATH = "/ingest/v1/rrweb?key=" + Gateway.KEY + "&session=s1&window=w1&user=u1";
    private static final String EVENT =
            "{\"type\":4,\"data\":{\"href\":\"https://shop.example/a\"},\"timestamp\":1794116402000}";

    @Test
    void post_inEveryForm_storesTheSame() throws Exception {
        byte[] array = bytes("[" + EVENT + "]");
        byte[] object = bytes("{\"events\":[" + EVENT + "]}");
        List<HttpResponse<String>> answers = List.of(
                gateway.postTo(PATH, array, "Content-Type", "application/json"),
                gateway.postTo(PATH, object, "Content-Type", "text/plain;charset=UTF-8"),
                gateway.postTo(PATH, bytes("[" + Packer.pack(EVENT) + "]")),
                gateway.postTo(
                        PATH, gzip(bytes("{\"events\":[" + Packer.pack(EVENT) + "]}")), "Content-Encoding", "gzip"),
                gateway.postTo(PATH, Zstd.compress(array), "Content-Encoding", "zstd"),
                gateway.postTo(PATH, gzip(object)));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"status\":\"ok\"}");
        });
        assertThat(gateway.store.chunks()).hasSize(1);
        Chunk chunk = gateway.store.last();
        assertThat(chunk.session().session()).isEqualTo("s1");
        assertThat(chunk.window().value()).isEqualTo("w1");
        assertThat(chunk.seq()).isEqualTo(Chunk.OVERLAPPING);
        assertThat(chunk.facts().sdk()).isEqualTo("rrweb");
        assertThat(chunk.facts().user().id()).isEqualTo("u1");
        assertThat(lines(chunk)).isEqualTo("{\"w\":\"w1\"," + EVENT.substring(1) + "\n");
    }

    @Test
    void post_asABeacon_andItsPreflight_areAnsweredToTheirOrigin() throws Exception {
        HttpResponse<String> beacon = gateway.postTo(
                PATH,
                bytes("{\"events\":[]}"),
                "Origin",
                "https://a.example",
                "Content-Type",
                "text/plain;charset=UTF-8");
        assertThat(beacon.statusCode()).isEqualTo(200);
        assertThat(beacon.headers().firstValue("access-control-allow-origin")).hasValue("https://a.example");
        assertThat(beacon.headers().firstValue("access-control-allow-credentials"))
                .hasValue("true");

        HttpRequest preflight = gateway.request(
                        PATH, "Origin", "https://a.example", "Access-Control-Request-Headers", "content-type")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> allowed = gateway.client.send(preflight, HttpResponse.BodyHandlers.ofString());
        assertThat(allowed.statusCode()).isEqualTo(204);
        assertThat(allowed.headers().firstValue("access-control-allow-headers")).hasValue("content-type");
    }

    @Test
    void post_ofWhatClaimsNoMasking_isMaskedForTheProject_andAClaimIsChecked() throws Exception {
        String typed =
                "[{\"type\":3,\"data\":{\"source\":5,\"text\":\"4111111111111111\",\"isChecked\":false,\"id\":7},"
                        + "\"timestamp\":1794116402000}]";

        assertThat(gateway.postTo(PATH, bytes(typed)).statusCode()).isEqualTo(200);
        assertThat(lines(gateway.store.last())).doesNotContain("4111111111111111");
        assertThat(gateway.postTo(PATH + "&masking=balanced&seq=1", bytes("[" + EVENT + "]"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(gateway.store.last().seq()).isEqualTo(1);
        assertThat(code(gateway.postTo(PATH + "&masking=open", bytes(typed)))).isEqualTo("MASKING_VIOLATION");
    }

    @Test
    void post_ofWhatIsWrong_isRefused() throws Exception {
        assertThat(code(gateway.postTo("/ingest/v1/rrweb?session=s&window=w", bytes("[]"))))
                .isEqualTo("UNAUTHENTICATED");
        assertThat(code(gateway.postTo("/ingest/v1/rrweb?key=no&session=s&window=w", bytes("[]"))))
                .isEqualTo("UNAUTHENTICATED");
        assertThat(code(gateway.postTo("/ingest/v1/rrweb?key=" + Gateway.KEY, bytes("[]"))))
                .isEqualTo("MALFORMED");
        assertThat(code(gateway.postTo(PATH, bytes("[{}]")))).isEqualTo("MALFORMED");
        assertThat(code(gateway.postTo(PATH, bytes("[\"x\"]")))).isEqualTo("MALFORMED");
        String bomb = Packer.literal("{\"data\":\"" + "a".repeat(3 << 20) + "\"}");
        assertThat(code(gateway.postTo(PATH, bytes("[" + bomb + "]")))).isEqualTo("TOO_LARGE");
    }
}
