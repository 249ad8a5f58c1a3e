package io.tapedeck.store.catalog;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteCatalogTest extends CatalogContract {
    @TempDir
    Path folder;

    @Override
    CatalogSettings settings() {
        return CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db"));
    }
}
