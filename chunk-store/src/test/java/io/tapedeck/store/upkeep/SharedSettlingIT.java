package io.tapedeck.store.upkeep;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.catalog.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** On PostgreSQL, with connections of its own for each settler. */
class SharedSettlingIT extends SharedSettlingContract {
    private static PostgresServer server;

    @BeforeAll
    static void start(@TempDir Path folder) {
        server = PostgresServer.start(folder.resolve("postgres"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    CatalogSettings settings(Path folder) {
        return CatalogSettings.of(server.newDatabase());
    }

    @Override
    JdbcCatalog secondCatalog(JdbcCatalog first, CatalogSettings settings) {
        return JdbcCatalog.open(settings, new SimpleMeterRegistry());
    }
}
