package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one port takes, in each version of HTTP. */
class HttpListenerTest {
    /** As SDKs that put addresses of pages into the query send it, and players that ask for many frames. */
    private static final int QUERY_BYTES = 24 * 1024;

    private final Vertx vertx = Vertx.vertx();
    private URI base;

    @BeforeEach
    void listen() throws Exception {
        Router router = Router.router(vertx);
        router.get("/").handler(ctx -> ctx.end(String.valueOf(ctx.request().query())));
        HttpListener listener = await(HttpListener.open(vertx, "127.0.0.1", 0, 1, router));
        base = URI.create("http://127.0.0.1:" + listener.port() + "/");
    }

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    @ParameterizedTest
    @EnumSource
    void longQuery_isTaken(HttpClient.Version version) throws Exception {
        HttpClient client = HttpClient.newBuilder().version(version).build();
        String query = "q=" + "x".repeat(QUERY_BYTES);
        // The first request of a connection without TLS is always one of HTTP/1.1.
        get(client, "?q=");

        HttpResponse<String> answer = get(client, "?" + query);

        assertThat(answer.version()).isEqualTo(version);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(query);
    }

    private HttpResponse<String> get(HttpClient client, String query) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(base.resolve(query)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
