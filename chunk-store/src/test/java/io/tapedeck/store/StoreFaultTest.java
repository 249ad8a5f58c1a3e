package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.FaultPlan.Mode;
import io.tapedeck.store.catalog.CatalogProbe;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.fuzz.QuickFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * The same history, step by step, again and again: open, append, flush, settle, sweep, a late chunk, settle, sweep. Each
 * time another call to the disk, the object store or the catalog fails, with or without effect, once or from then on, or
 * is the last one before its process dies; a write that fails, or was not synced, leaves a part behind.
 */
class StoreFaultTest {
    private static final int CALLS_MAX = 600;
    private static final int STEPS = 6;

    private final Logger log = (Logger) LoggerFactory.getLogger("io.tapedeck");
    private final QuickFolder folder = new QuickFolder("store-fault");
    private final String url = "jdbc:sqlite:" + folder.path().resolve("catalog.db");
    private final JdbcCatalog catalog = JdbcCatalog.open(CatalogSettings.of(url), new SimpleMeterRegistry());
    private final CatalogProbe probe = new CatalogProbe(url);

    @BeforeEach
    void silence() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void close() {
        log.setLevel(null);
        probe.close();
        catalog.close();
        folder.close();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void everyAcknowledgedChunk_isThereOnceAndNothingIsLeftOver_whicheverCallFails(Mode mode) {
        Map<String, Integer> failed = new TreeMap<>();
        boolean fired = true;
        for (int call = 1; fired; call++) {
            assertThat(call).as("calls in one history").isLessThan(CALLS_MAX);
            OneFault fault = new OneFault(call, mode);
            try (QuickFolder home = new QuickFolder("store-fault-" + call)) {
                Simulation simulation = new Simulation(call, catalog, probe, home.path(), fault);
                try {
                    history(simulation, fault);
                } catch (Exception | Error e) {
                    throw new AssertionError(
                            mode + " at call " + call + ", " + fault.name + ":\n" + simulation.log(), e);
                }
            }
            probe.empty();
            fired = fault.name != null;
            if (fired) {
                failed.merge(fault.name, 1, Integer::sum);
            }
        }
        // Every kind of call was met.
        assertThat(failed.keySet())
                .contains(
                        "disk create",
                        "disk write",
                        "disk fsync",
                        "disk rename",
                        "disk delete",
                        "disk sync of a folder",
                        "store put",
                        "store put of a file",
                        "store get",
                        "store delete",
                        "catalog startNode",
                        "catalog intend",
                        "catalog commitSegment",
                        "catalog forgetJournalBelow",
                        "catalog leaseSettleable",
                        "catalog commitRecording",
                        "catalog doomed",
                        "catalog forget");
    }

    private static void history(Simulation simulation, OneFault fault) throws InterruptedException {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            SessionKey session = simulation.workload().sessions().get(i % 3 == 2 ? 1 : 0);
            chunks.add(Chunks.chunk(session, "w0", i % 3 == 2 ? i / 3 : i - i / 3, Chunks.noise(800)));
        }
        Chunk late = chunks.remove(1);
        for (Chunk chunk : chunks) {
            simulation.gateway().append(simulation.workload().send(chunk));
            simulation.gateway().comeToRest();
        }
        keepUp(simulation);
        simulation.gateway().append(simulation.workload().send(late));
        keepUp(simulation);
        fault.healed = true;
        simulation.awaitFlushed();
        // The client never heard of some: it sends all again.
        chunks.add(late);
        for (Chunk chunk : chunks) {
            simulation.gateway().append(chunk);
            simulation.awaitFlushed();
        }
        simulation.awaitSettled();
        simulation.check();
        for (SessionKey session : simulation.workload().sessions().subList(0, 2)) {
            assertThat(simulation.workload().acked(session))
                    .hasSameSizeAs(simulation.workload().sent(session));
        }
    }

    private static void keepUp(Simulation simulation) throws InterruptedException {
        for (int i = 0; i < STEPS; i++) {
            simulation.pass(4_000);
            simulation.gateway().comeToRest();
        }
        simulation.pass(100_000);
        simulation.keeper().settle();
        simulation.pass(100_000);
        simulation.keeper().sweep();
    }

    /** Fails one call, or all from one on, until it is healed. */
    private static final class OneFault implements Simulation.Fates {
        private final int chosen;
        private final Mode mode;
        private int calls;
        private boolean healed;
        /** The first call that failed; null if none did. */
        private String name;

        OneFault(int chosen, Mode mode) {
            this.chosen = chosen;
            this.mode = mode;
        }

        @Override
        public <T> T call(SimulatedProcess process, String called, Callable<T> call) {
            calls++;
            boolean fails = !healed && (calls == chosen || (calls > chosen && mode == Mode.FAIL_FROM_HERE));
            if (!fails) {
                return SimulatedProcess.run(call);
            }
            name = name == null ? called : name;
            if (mode == Mode.FAIL_AFTER || mode == Mode.DIE_AFTER) {
                SimulatedProcess.run(call);
            }
            if (mode == Mode.DIE_BEFORE || mode == Mode.DIE_AFTER) {
                process.crash();
            }
            throw SimulatedProcess.failure(called);
        }
    }
}
