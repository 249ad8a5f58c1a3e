package io.tapedeck.store.catalog;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class PostgresCatalogIT extends CatalogContract {
    private static PostgresServer server;

    private String url;

    @BeforeAll
    static void start(@TempDir Path folder) {
        server = PostgresServer.start(folder.resolve("postgres"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    CatalogSettings settings() {
        if (url == null) {
            url = server.newDatabase();
        }
        return CatalogSettings.of(url);
    }
}
