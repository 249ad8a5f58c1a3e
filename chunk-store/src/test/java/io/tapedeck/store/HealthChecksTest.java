package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.object.MemoryObjectStore;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthChecksTest {
    @TempDir
    private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MemoryObjectStore objects = new MemoryObjectStore(1 << 20);
    private volatile boolean journalIsFull;
    private JdbcCatalog catalog;
    private HealthChecks health;

    @BeforeEach
    void open() {
        catalog = JdbcCatalog.open(CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db")), meters);
        health = new HealthChecks(this::checkJournal, objects, catalog, meters);
    }

    @AfterEach
    void close() {
        health.close();
        catalog.close();
        objects.close();
    }

    @Test
    void ready_ofWhatWorks_isOne() {
        assertThat(Answers.get(health.check()).isReady()).isTrue();

        assertThat(ready()).isEqualTo(1);
    }

    @Test
    void ready_ofAFullJournal_isZero() {
        journalIsFull = true;

        assertThat(Answers.get(health.check()).journal().kind()).isEqualTo(StoreErrorKind.OVER_CAPACITY);
        assertThat(ready()).isZero();
    }

    /** As where a balancer asks only whether the process is live. */
    @Test
    void ready_whileNobodyElseAsks_follows() {
        Awaitility.await().until(() -> ready() == 1);
        journalIsFull = true;
        Awaitility.await().until(() -> ready() == 0);
        journalIsFull = false;
        Awaitility.await().until(() -> ready() == 1);
    }

    private void checkJournal() {
        if (journalIsFull) {
            throw new StoreException(StoreErrorKind.OVER_CAPACITY, "the disk is full");
        }
    }

    private double ready() {
        return meters.get("tapedeck.ready").gauge().value();
    }
}
