package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapedeck.store.catalog.PostgresServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL says nothing any more, as behind a network that swallows packets: no call of it ends before its time-out. */
class SilentCatalogIT {
    private static final Duration WAIT = Duration.ofMinutes(1);
    private static final int ENDED_BY_SIGTERM = 143;

    @TempDir
    private Path folder;

    private PostgresServer postgres;
    private Way way;

    @BeforeEach
    void startPostgres() {
        postgres = PostgresServer.start(folder.resolve("postgres"));
    }

    @AfterEach
    void stopPostgres() {
        way.close();
        postgres.close();
    }

    @Test
    void stop_endsInItsTime_andTheNextStartHasWhatWasAcknowledged() {
        SentSession session = SentSession.ofCorpus("ops-2");
        List<byte[]> chunks = session.chunks(20);
        String database = postgres.newDatabase();
        URI address = URI.create(database.substring("jdbc:".length()));
        way = new Way(address.getPort());
        Path data = folder.resolve("data");
        Map<String, String> throughTheWay = Map.of(
                "TAPEDECK_CATALOG_URL",
                database.replace(":" + address.getPort() + "/", ":" + way.port + "/"),
                "TAPEDECK_SETTLE_AFTER",
                "1s",
                "TAPEDECK_SETTLE_THREADS",
                "4");
        try (ServerProcess server = ServerProcess.start(data, throughTheWay)) {
            ApiClient client = new ApiClient(server.base());
            // With the first one the key and the session are known.
            post(client, chunks.get(0));
            way.silent = true;
            chunks.subList(1, chunks.size()).forEach(chunk -> post(client, chunk));
            await().atMost(WAIT).until(() -> client.get("/health/ready").statusCode(), status -> status == 503);

            assertThat(server.stop()).isEqualTo(ENDED_BY_SIGTERM);
        }

        try (ServerProcess server = ServerProcess.start(data, Map.of("TAPEDECK_CATALOG_URL", database))) {
            ApiClient client = new ApiClient(server.base());
            await().atMost(WAIT)
                    .ignoreExceptionsMatching(AssertionError.class::isInstance)
                    .until(
                            () -> client.manifest(session.id())
                                    .at("/session/events")
                                    .asInt(),
                            count -> count == session.events().size());
        }
    }

    private static void post(ApiClient client, byte[] chunk) {
        assertThat(client.post(chunk, ServerProcess.KEY).statusCode()).isEqualTo(200);
    }

    /** The way to a server, on a port of its own, which can swallow all that is sent. */
    private static final class Way implements AutoCloseable {
        private final Vertx vertx = Vertx.vertx();
        private final int port;
        private volatile boolean silent;

        Way(int serverPort) {
            port = await(vertx.createNetServer()
                            .connectHandler(client -> connect(client, serverPort))
                            .listen(0, "127.0.0.1"))
                    .actualPort();
        }

        private void connect(NetSocket client, int serverPort) {
            client.pause();
            vertx.createNetClient().connect(serverPort, "127.0.0.1").onSuccess(server -> {
                join(client, server);
                join(server, client);
                client.resume();
            });
        }

        private void join(NetSocket from, NetSocket to) {
            from.handler(bytes -> {
                if (!silent) {
                    to.write(bytes);
                }
            });
            from.closeHandler(closed -> to.close());
        }

        @Override
        public void close() {
            await(vertx.close());
        }

        private static <T> T await(Future<T> future) {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
        }
    }
}
