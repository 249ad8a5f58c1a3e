package io.tapedeck.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.http.Assets;
import io.tapedeck.http.ForwardedHeaders;
import io.tapedeck.http.Problems;
import io.tapedeck.http.RequestId;
import io.tapedeck.http.RequestLog;
import io.tapedeck.http.SecurityHeaders;
import io.tapedeck.http.TrustedProxies;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.ChunkAppender;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;

/** A gateway on a port of its own, and the ways in which tests talk to it. */
final class Gateway implements AutoCloseable {
    static final String KEY = "pk_test";
    static final String CHUNKS = "/ingest/v1/chunks?key=" + KEY;

    final FakeStore store = new FakeStore();
    final FakeAdminCatalog catalog = new FakeAdminCatalog();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final int port;
    private final Vertx vertx = Vertx.vertx();

    static Gateway start() {
        return start(RecorderSettings.defaults());
    }

    static Gateway start(RecorderSettings settings) {
        return new Gateway(settings, null);
    }

    /** @param appender the store to use instead of the fake one, or null */
    Gateway(RecorderSettings settings, ChunkAppender appender) {
        catalog.put(KEY, ProjectSettings.DEFAULT);
        Router app = Router.router(vertx);
        Problems.install(app);
        new RecorderApi(
                        vertx,
                        settings,
                        appender == null ? store : appender,
                        catalog,
                        Assets.load(Gateway.class.getClassLoader(), "tapedeck/web"),
                        new ForwardedHeaders(null, TrustedProxies.parse(List.of("127.0.0.1"))),
                        meters)
                .mount(app);
        Router router = Router.router(vertx);
        Problems.install(router);
        router.route().handler(new RequestId()).handler(new SecurityHeaders()).handler(new RequestLog(meters));
        router.route("/below/*").subRouter(app);
        router.route("/*").subRouter(app);
        port = await(vertx.createHttpServer(new HttpServerOptions().setMaxInitialLineLength(16_384))
                        .requestHandler(router)
                        .invalidRequestHandler(Problems::answerInvalidRequest)
                        .listen(0, "127.0.0.1"))
                .actualPort();
    }

    /** Settings with some of the bounds small enough to reach. */
    static RecorderSettings settings(
            int wireBytesMax, int inflatedBytesMax, long inFlightBytesMax, int requestsInFlightMax, long timeOutMs) {
        RecorderSettings usual = RecorderSettings.defaults();
        return new RecorderSettings(
                List.of("/quiet"),
                true,
                wireBytesMax,
                inflatedBytesMax,
                inFlightBytesMax,
                requestsInFlightMax,
                usual.keyRequestsPerSecond(),
                usual.keyBurst(),
                timeOutMs,
                3 * timeOutMs,
                timeOutMs,
                2,
                usual.scanLimits(),
                usual.level());
    }

    /** The usual settings, but for how often a key may upload. */
    static RecorderSettings settings(double keyRequestsPerSecond, int keyBurst) {
        RecorderSettings usual = RecorderSettings.defaults();
        return new RecorderSettings(
                usual.ingestPaths(),
                usual.demo(),
                usual.wireBytesMax(),
                usual.inflatedBytesMax(),
                usual.inFlightBytesMax(),
                usual.requestsInFlightMax(),
                keyRequestsPerSecond,
                keyBurst,
                usual.bodyIdleMs(),
                usual.bodyMs(),
                usual.appendTimeoutMs(),
                usual.workers(),
                usual.scanLimits(),
                usual.level());
    }

    static String envelope(String session, String events) {
        return "{\"session\":\"" + session + "\",\"window\":\"w1\",\"seq\":0,\"sentAt\":1794116402999,"
                + "\"masking\":{\"level\":\"balanced\",\"version\":1},\"events\":" + events + "}";
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    HttpResponse<String> post(byte[] body, String... headers) throws IOException, InterruptedException {
        return postTo(CHUNKS, body, headers);
    }

    HttpResponse<String> post(String body, String... headers) throws IOException, InterruptedException {
        return post(bytes(body), headers);
    }

    HttpResponse<String> postTo(String path, byte[] body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path, headers).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return client.send(request(path, headers).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        return headers.length == 0 ? request : request.headers(headers);
    }

    /** A connection for what no HTTP client would send. */
    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    static String code(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getString("code");
    }

    double inFlightBytes() {
        return meters.get("tapedeck.ingest.inflight.bytes").gauge().value();
    }

    double inFlightRequests() {
        return meters.get("tapedeck.ingest.inflight.requests").gauge().value();
    }

    double outcomes(String outcome) {
        return meters.find("tapedeck.ingest.requests").tag("outcome", outcome).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    /** What must hold after each test: nothing is held, and the gateway still works. */
    void assertSound() throws Exception {
        assertNothingHeld();
        assertThat(post(envelope("good", "[{\"type\":0,\"data\":{},\"timestamp\":" + System.nanoTime() + "}]"))
                        .statusCode())
                .isEqualTo(200);
        assertNothingHeld();
    }

    void assertNothingHeld() {
        Awaitility.await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> {
            assertThat(inFlightRequests()).as("requests in flight").isZero();
            assertThat(inFlightBytes()).as("bytes in flight").isZero();
        });
    }

    @Override
    public void close() {
        await(vertx.close());
    }

    private static <T> T await(io.vertx.core.Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
