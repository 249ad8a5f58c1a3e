package io.tapedeck.store.object;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each kind of bad answer becomes, seen from the store's interface. */
class S3ErrorsIT {
    private HttpServer server;
    private S3ObjectStore store;
    private volatile int status;
    private volatile String code = "";

    @BeforeEach
    void openServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        store = new S3ObjectStore(
                settings("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    @AfterEach
    void closeServer() {
        store.close();
        server.stop(0);
    }

    private static S3Settings settings(String endpoint) {
        return S3Settings.of(URI.create("s3://bucket"))
                .withEndpoint(URI.create(endpoint))
                .withCredentials("access", "secret");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] body = code.isEmpty()
                    ? new byte[0]
                    : ("<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>no</Message></Error>")
                            .getBytes(StandardCharsets.US_ASCII);
            boolean hasBody = body.length > 0 && !exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(status, hasBody ? body.length : -1);
            if (hasBody) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "404, NoSuchKey, NOT_FOUND",
        "404, NoSuchVersion, NOT_FOUND",
        "404, NoSuchBucket, UNAVAILABLE",
        "404, '', UNAVAILABLE",
        "401, '', UNAUTHORIZED",
        "403, AccessDenied, UNAUTHORIZED",
        "403, InvalidAccessKeyId, UNAUTHORIZED",
        "403, SignatureDoesNotMatch, UNAUTHORIZED",
        "400, ExpiredToken, UNAUTHORIZED",
        "503, SlowDown, THROTTLED",
        "429, '', THROTTLED",
        "400, RequestTimeout, TIMEOUT",
        "504, '', TIMEOUT",
        "416, InvalidRange, CORRUPT",
        "500, InternalError, UNAVAILABLE",
        "502, '', UNAVAILABLE",
        "503, ServiceUnavailable, UNAVAILABLE",
        "301, PermanentRedirect, UNAVAILABLE",
        "507, StorageFull, UNAVAILABLE",
        "400, AuthorizationHeaderMalformed, UNAVAILABLE"
    })
    void answer_hasItsKind(int givenStatus, String givenCode, StoreErrorKind kind) {
        status = givenStatus;
        code = givenCode;

        assertThat(kindOf(store.get("a", 0, 1))).isEqualTo(kind);
    }

    @Test
    void delete_ofWhatIsNoObjectStore_isNotTakenForDone() {
        status = 404;

        assertThat(kindOf(store.delete("a"))).isEqualTo(StoreErrorKind.UNAVAILABLE);
        assertThat(kindOf(store.size("a"))).isEqualTo(StoreErrorKind.UNAVAILABLE);
    }

    @Test
    void answer_cutShort_isCorruptAndNotData() {
        status = 200;
        code = "whatever";

        assertThat(kindOf(store.get("a", 0, 1_000))).isEqualTo(StoreErrorKind.CORRUPT);
        assertThat(kindOf(store.get("a", 5, 10))).isEqualTo(StoreErrorKind.CORRUPT);
    }

    @Test
    void noAnswer_isATimeout() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                S3ObjectStore waiting = new S3ObjectStore(
                        settings("http://127.0.0.1:" + silent.getLocalPort()).withIdleTimeoutMs(500))) {
            assertThat(kindOf(waiting.get("a", 0, 1))).isEqualTo(StoreErrorKind.TIMEOUT);
            assertThat(kindOf(waiting.put("a", ByteBuffer.allocate(1)))).isEqualTo(StoreErrorKind.TIMEOUT);
        }
    }

    @Test
    void nobodyListening_isUnavailable() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        try (S3ObjectStore lost = new S3ObjectStore(settings("http://127.0.0.1:" + port))) {
            assertThat(kindOf(lost.get("a", 0, 1))).isEqualTo(StoreErrorKind.UNAVAILABLE);
        }
    }

    private static StoreErrorKind kindOf(CompletableFuture<?> call) {
        return call.handle((value, error) -> error == null ? null : ((StoreException) error).kind())
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
