package io.tapedeck.store.object;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tapedeck.store.ObjectStore.StoredObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists of a server that looks at so many keys at a time, and may find none that are still there. */
class S3ListIT {
    private HttpServer server;
    private S3ObjectStore store;

    @BeforeEach
    void openServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        store = new S3ObjectStore(S3Settings.of(URI.create("s3://bucket"))
                .withEndpoint(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
                .withCredentials("access", "secret"));
    }

    @AfterEach
    void closeServer() {
        store.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = exchange.getRequestURI().getQuery();
            String page;
            if (query.contains("start-after=b")) {
                page = "<IsTruncated>false</IsTruncated>";
            } else if (query.contains("continuation-token=two")) {
                page = "<IsTruncated>true</IsTruncated><NextContinuationToken>three</NextContinuationToken>"
                        + "<Contents><Key>b</Key><Size>1</Size></Contents>";
            } else {
                String next = query.contains("continuation-token=one") ? "two" : "one";
                page = "<IsTruncated>true</IsTruncated><NextContinuationToken>" + next + "</NextContinuationToken>";
            }
            byte[] body = ("<ListBucketResult>" + page + "</ListBucketResult>").getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Test
    void list_emptyPageThatIsNotTheLast_isNotTheEnd() {
        assertThat(store.list("", "a", 10).orTimeout(30, TimeUnit.SECONDS).join())
                .isEqualTo(List.of(new StoredObject("b", 1)));
    }
}
