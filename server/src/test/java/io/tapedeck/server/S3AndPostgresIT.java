package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapedeck.store.catalog.PostgresServer;
import io.tapedeck.store.object.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same promises with objects in a real S3 server and the catalog on a real PostgreSQL. */
class S3AndPostgresIT extends WholePathContract {
    private S3Server s3;
    private PostgresServer postgres;
    private String database;

    @TempDir
    Path databaseDir;

    @BeforeEach
    void startServers() {
        s3 = S3Server.open();
        postgres = PostgresServer.start(databaseDir);
        database = postgres.newDatabase();
    }

    @AfterEach
    void stopServers() {
        postgres.close();
        s3.close();
    }

    @Override
    Map<String, String> storage() {
        return storage("recordings-of-tests", database);
    }

    @Override
    Map<String, String> withEmptyCatalog() {
        return storage("recordings-of-tests", postgres.newDatabase());
    }

    @Override
    Map<String, String> withoutAnything() {
        return storage("restored", postgres.newDatabase());
    }

    private Map<String, String> storage(String prefix, String catalog) {
        return Map.of(
                "TAPEDECK_STORE_URL", "s3://" + s3.bucket() + "/" + prefix,
                "TAPEDECK_S3_ENDPOINT", s3.endpoint().toString(),
                "TAPEDECK_S3_ACCESS_KEY", s3.accessKey(),
                "TAPEDECK_S3_SECRET_KEY", s3.secretKey(),
                "TAPEDECK_CATALOG_URL", catalog);
    }

    @Override
    List<String> corpus() {
        return List.of("sbadmin-1", "chat-1", "gentelella-1");
    }

    @Test
    void start_waitsForACatalogThatComesLater() throws Exception {
        postgres.stop();
        CompletableFuture<ServerProcess> starting =
                CompletableFuture.supplyAsync(() -> ServerProcess.start(dataDir, storage()));
        try {
            await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(dataDir.resolve("lock")));
            postgres.start();
        } finally {
            try (ServerProcess server = starting.get(2, TimeUnit.MINUTES)) {
                assertThat(new ApiClient(server.base()).get("/health/live").statusCode())
                        .isEqualTo(200);
            }
        }
    }
}
