package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapedeck.store.SharedStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
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
    private SharedStorage shared;

    @TempDir
    Path databaseDir;

    @BeforeEach
    void startServers() {
        shared = SharedStorage.start(databaseDir);
    }

    @AfterEach
    void stopServers() {
        shared.close();
    }

    @Override
    Map<String, String> storage() {
        return shared.settings("recordings-of-tests");
    }

    @Override
    Map<String, String> withEmptyCatalog() {
        return shared.settings("recordings-of-tests", shared.postgres().newDatabase());
    }

    @Override
    Map<String, String> withoutAnything() {
        return shared.settings("restored", shared.postgres().newDatabase());
    }

    @Override
    List<String> corpus() {
        return List.of("sbadmin-1", "chat-1", "gentelella-1");
    }

    @Test
    void start_waitsForACatalogThatComesLater() throws Exception {
        shared.postgres().stop();
        CompletableFuture<ServerProcess> starting =
                CompletableFuture.supplyAsync(() -> ServerProcess.start(dataDir, storage()));
        try {
            await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(dataDir.resolve("lock")));
            shared.postgres().start();
        } finally {
            try (ServerProcess server = starting.get(2, TimeUnit.MINUTES)) {
                assertThat(new ApiClient(server.base()).get("/health/live").statusCode())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void accounts_areManagedFromAnyMachine_whileServersRun() {
        try (ServerProcess server = ServerProcess.start(dataDir, storage())) {
            ApiClient client = new ApiClient(server.base());
            Map<String, String> operator = new HashMap<>(storage());
            operator.put("TAPEDECK_DATA_DIR", dataDir.resolve("nothing-here").toString());
            String added = run(operator, "user", "add", "ana", "--role", "viewer");
            String password = added.substring(added.lastIndexOf(' ') + 1).strip();
            assertThat(client.logIn("ana", password)).isEqualTo(200);
            assertThat(run(operator, "user", "list")).containsPattern("ana +viewer +1");
            run(operator, "user", "remove", "ana");
            assertThat(client.logIn("ana", password)).isEqualTo(401);
        }
        assertThat(dataDir.resolve("nothing-here")).doesNotExist();
    }
}
