package io.tapedeck.store;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.catalog.CatalogProbe;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.fuzz.QuickFolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The store under a thousand histories, each made up from a seed. {@code -Dsimulation.seed=…} runs one of them again,
 * {@code -Dsimulation.seeds=…} says how many there are, from {@code -Dsimulation.first=…} on.
 */
class SimulationTest {
    private static final Long ONLY = Long.getLong("simulation.seed");
    private static final long FIRST = ONLY != null ? ONLY : Long.getLong("simulation.first", 1);
    private static final long SEEDS = ONLY != null ? 1 : Long.getLong("simulation.seeds", 2_000);

    private final Logger log = (Logger) LoggerFactory.getLogger("io.tapedeck");

    /** What the store has to say of so many failures helps nobody but who looks into one. */
    @BeforeEach
    void silence() {
        log.setLevel(ONLY == null ? Level.OFF : null);
    }

    @AfterEach
    void speak() {
        log.setLevel(null);
    }

    @Test
    void everyAcknowledgedChunk_isReplayedOnce_whateverHappensInWhichOrder() {
        try (QuickFolder folder = new QuickFolder("simulation")) {
            String url = "jdbc:sqlite:" + folder.path().resolve("catalog.db");
            try (JdbcCatalog catalog = JdbcCatalog.open(CatalogSettings.of(url), new SimpleMeterRegistry());
                    CatalogProbe probe = new CatalogProbe(url)) {
                for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
                    run(seed, catalog, probe);
                }
            }
        }
    }

    private static void run(long seed, JdbcCatalog catalog, CatalogProbe probe) {
        try (QuickFolder folder = new QuickFolder("simulation-" + seed)) {
            Simulation simulation = new Simulation(seed, catalog, probe, folder.path());
            try {
                simulation.run();
            } catch (Exception | Error e) {
                throw new AssertionError(
                        "seed " + seed + " fails; -Dsimulation.seed=" + seed + " shows it again:\n" + simulation.log(),
                        e);
            }
        }
        probe.empty();
    }
}
