package io.tapedeck.store.upkeep;

import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import java.nio.file.Path;

/** On SQLite, where all settlers are in one process and share its connections. */
class SharedSettlingTest extends SharedSettlingContract {
    @Override
    CatalogSettings settings(Path folder) {
        return CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db"));
    }

    @Override
    JdbcCatalog secondCatalog(JdbcCatalog first, CatalogSettings settings) {
        return first;
    }
}
