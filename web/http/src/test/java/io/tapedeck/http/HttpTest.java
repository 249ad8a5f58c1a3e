package io.tapedeck.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The shared handlers together, over a socket. */
class HttpTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Assets assets = Assets.load(getClass().getClassLoader(), "assets");
    private Vertx vertx;
    private Router router;
    private int port;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        router = Router.router(vertx);
        router.route().handler(new RequestId());
        router.route().handler(new RequestLog(meters));
        router.route().handler(new SecurityHeaders());
        Problems.install(router);
        HttpServer server =
                vertx.createHttpServer().requestHandler(router).invalidRequestHandler(Problems::answerInvalidRequest);
        port = server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void unknownAddress_isProblemWithRequestId() throws Exception {
        HttpResponse<String> answer = get("/nowhere", "X-Request-Id", "abc-123");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("x-request-id")).hasValue("abc-123");
        assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("NOT_FOUND");
        assertThat(new JsonObject(answer.body()).getString("requestId")).isEqualTo("abc-123");
    }

    @Test
    void requestIdOfAnotherForm_isReplaced() throws Exception {
        HttpResponse<String> answer = get("/nowhere", "X-Request-Id", "a b\"c");

        assertThat(answer.headers().firstValue("x-request-id").orElseThrow()).matches("[0-9a-f]{16}");
    }

    @Test
    void otherMethod_isProblem() throws Exception {
        router.post("/only-post").handler(ctx -> ctx.end());

        assertThat(new JsonObject(get("/only-post").body()).getString("code")).isEqualTo("METHOD_NOT_ALLOWED");
    }

    @Test
    void defect_isInternalWithoutDetails() throws Exception {
        router.get("/defect").handler(ctx -> {
            throw new IllegalStateException("secret");
        });

        HttpResponse<String> answer = get("/defect");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("INTERNAL").doesNotContain("secret");
    }

    @Test
    void failureOfTheClient_isItsStatus_whateverTheCause() throws Exception {
        router.get("/refused").handler(ctx -> ctx.fail(413, new IllegalStateException("quoted body")));

        assertThat(new JsonObject(get("/refused").body()).getString("code")).isEqualTo("TOO_LARGE");
    }

    @ParameterizedTest
    @EnumSource(StoreErrorKind.class)
    void storeError_hasOneMeaning(StoreErrorKind kind) throws Exception {
        router.get("/store")
                .handler(ctx -> ctx.fail(new CompletionException(new StoreException(kind, "internal name"))));

        HttpResponse<String> answer = get("/store");

        assertThat(answer.body()).doesNotContain("internal name");
        assertThat(answer.statusCode() == 503)
                .as("503 is for what can be retried, and for credentials of ours that the store refuses")
                .isEqualTo(kind.retryable() || kind == StoreErrorKind.UNAUTHORIZED);
        assertThat(answer.headers().firstValue("retry-after").isPresent()).isEqualTo(answer.statusCode() == 503);
    }

    @Test
    void failureAfterTheHead_cutsTheConnection() {
        router.get("/late").handler(ctx -> {
            ctx.response().setChunked(true);
            ctx.response().write("half").onComplete(done -> ctx.fail(new IllegalStateException("late")));
        });

        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request("/late").build(), HttpResponse.BodyHandlers.ofString());

        assertThat(answer).failsWithin(10, TimeUnit.SECONDS).withThrowableThat().withCauseInstanceOf(IOException.class);
    }

    @Test
    void requests_areCountedByRouteAndCode() throws Exception {
        router.get("/counted").handler(RequestLog.route("counted")).handler(ctx -> ctx.end());
        router.get("/refused")
                .handler(RequestLog.route("refused"))
                .handler(ctx -> ctx.fail(Problem.of(ProblemCode.FORBIDDEN, null).asException()));

        get("/counted");
        get("/refused");

        Awaitility.await().untilAsserted(() -> {
            assertThat(meters.get("tapedeck.http.requests")
                            .tags("route", "counted", "code", "OK")
                            .timer()
                            .count())
                    .isEqualTo(1);
            assertThat(meters.get("tapedeck.http.requests")
                            .tags("route", "refused", "code", "FORBIDDEN")
                            .timer()
                            .count())
                    .isEqualTo(1);
        });
    }

    @Test
    void asset_isServedCompressedAndRevalidated() throws Exception {
        router.get("/app.js")
                .handler(ctx -> Assets.serve(ctx, assets.find("app.js").orElseThrow(), "public, max-age=300"));

        HttpResponse<String> plain = get("/app.js");
        HttpResponse<String> gzip = get("/app.js", "Accept-Encoding", "br, gzip;q=0.5");
        HttpResponse<String> refused = get("/app.js", "Accept-Encoding", "gzip;q=0");

        assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
        assertThat(plain.headers().firstValue("content-type")).hasValue("text/javascript; charset=utf-8");
        assertThat(plain.headers().firstValue("vary")).hasValue("accept-encoding");
        assertThat(gzip.headers().firstValue("content-encoding")).hasValue("gzip");
        assertThat(refused.headers().firstValue("content-encoding")).isEmpty();
        String etag = gzip.headers().firstValue("etag").orElseThrow();
        assertThat(plain.headers().firstValue("etag"))
                .isNotEqualTo(gzip.headers().firstValue("etag"));
        assertThat(get("/app.js", "Accept-Encoding", "gzip", "If-None-Match", "W/" + etag)
                        .statusCode())
                .isEqualTo(304);
        assertThat(get("/app.js", "Accept-Encoding", "gzip", "If-None-Match", "\"other\"")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void assets_haveOnlyWhatIsInTheFolder() {
        assertThat(assets.find("sub/index.html")).isPresent();
        assertThat(List.of("", "sub", "sub/", "../assets/app.js", "/app.js", "sub/../app.js"))
                .allSatisfy(path -> assertThat(assets.find(path)).isEmpty());
        assertThat(Assets.load(getClass().getClassLoader(), "no/such/folder").find("app.js"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.0/8 | X-Forwarded-Host | evil.example     | http://127.0.0.1:PORT",
                "127.0.0.1  | X-Forwarded-Host | app.example      | http://app.example",
                "127.0.0.1  | X-Forwarded-Host | app.example:80   | http://app.example",
                "127.0.0.1  | X-Forwarded-Host | a b              | http://127.0.0.1:PORT",
                "127.0.0.1  | X-Forwarded-Proto | https           | https://127.0.0.1:PORT",
                "127.0.0.1  | X-Forwarded-Proto | javascript      | http://127.0.0.1:PORT",
                "127.0.0.1  | X-Forwarded-Prefix | /td/           | http://127.0.0.1:PORT/td",
                "127.0.0.1  | X-Forwarded-Prefix | /../x          | http://127.0.0.1:PORT",
                "127.0.0.0/8 | Forwarded | for=1.2.3.4;proto=https;host=\"x.example:8443\" | https://x.example:8443",
                "127.0.0.1  | Forwarded | for=9.9.9.9;host=evil.example, for=1.2.3.4;host=ok.example | http://ok.example",
            })
    void base_isWhatATrustedProxySays(String trusted, String header, String value, String expected) throws Exception {
        ForwardedHeaders forwarded = new ForwardedHeaders(null, TrustedProxies.parse(List.of(trusted)));
        router.get("/base").handler(ctx -> ctx.end(forwarded.base(ctx.request()).url()));

        assertThat(get("/base", header, value).body()).isEqualTo(expected.replace("PORT", Integer.toString(port)));
    }

    @Test
    void publicUrl_winsOverWhatRequestsSay() throws Exception {
        ForwardedHeaders forwarded = new ForwardedHeaders(
                BaseUrl.parse("https://replay.example/td/"), TrustedProxies.parse(List.of("127.0.0.1")));
        router.get("/base").handler(ctx -> ctx.end(forwarded.base(ctx.request()).url()));

        assertThat(get("/base", "X-Forwarded-Host", "other.example").body()).isEqualTo("https://replay.example/td");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.0/8            | 1.2.3.4                     | 127.0.0.1",
                "127.0.0.1             | 1.2.3.4                     | 1.2.3.4",
                "127.0.0.1             | 6.6.6.6, 1.2.3.4            | 1.2.3.4",
                "127.0.0.1,10.0.0.0/8  | 6.6.6.6, 1.2.3.4, 10.1.1.1  | 1.2.3.4",
                "127.0.0.1             | [2001:db8::1]:4711          | 20010db800000000/64",
                "127.0.0.1             | 2001:db8::ffff:0:0:1        | 20010db800000000/64",
                "127.0.0.1             | ::ffff:1.2.3.4              | 1.2.3.4",
                "127.0.0.1             | 1.2.3.4:99                  | 1.2.3.4",
                "127.0.0.1             | unknown                     | 127.0.0.1",
            })
    void client_isTheFirstThatNoTrustedProxyHas(String trusted, String header, String expected) throws Exception {
        ForwardedHeaders forwarded = new ForwardedHeaders(null, TrustedProxies.parse(List.of(trusted.split(","))));
        router.get("/client").handler(ctx -> ctx.end(forwarded.client(ctx.request())));

        assertThat(get("/client", "X-Forwarded-For", header).body()).isEqualTo(expected);
    }

    @Test
    void client_behindAProxyThatPassesForwardedOn_isStillFound() throws Exception {
        ForwardedHeaders forwarded = new ForwardedHeaders(null, TrustedProxies.parse(List.of("127.0.0.1")));
        router.get("/client").handler(ctx -> ctx.end(forwarded.client(ctx.request())));

        assertThat(get("/client", "Forwarded", "for=6.6.6.6", "X-Forwarded-For", "1.2.3.4")
                        .body())
                .isEqualTo("1.2.3.4");
    }

    @Test
    void client_behindManyHopsThatItMadeUp_isStillFound() throws Exception {
        ForwardedHeaders forwarded = new ForwardedHeaders(null, TrustedProxies.parse(List.of("127.0.0.1")));
        router.get("/client").handler(ctx -> ctx.end(forwarded.client(ctx.request())));

        String madeUp = "6.6.6.6, ".repeat(31) + "6.6.6.6";
        assertThat(get("/client", "X-Forwarded-For", madeUp, "X-Forwarded-For", "1.2.3.4")
                        .body())
                .isEqualTo("1.2.3.4");
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        return client.send(
                headers.length == 0 ? request.build() : request.headers(headers).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }
}
