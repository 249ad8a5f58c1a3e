package io.tapedeck.store;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.upkeep.Upkeep;
import io.tapedeck.store.upkeep.UpkeepBuilder;
import io.tapedeck.store.upkeep.UpkeepSettings;
import java.nio.file.Path;

/** A process that keeps up: the store's own settler and sweepers. Used by one thread. */
final class SimulatedKeeper extends SimulatedProcess {
    private static final UpkeepSettings SETTINGS = new UpkeepBuilder()
            .settleAfterMs(2_000)
            .leaseMs(20_000)
            .doomedGraceMs(10_000)
            .staleIntentAfterMs(60_000)
            .memoryBytesMax(1 << 20)
            .build();

    private final Path folder;
    /** Null while the process is down. */
    private Upkeep upkeep;

    SimulatedKeeper(Simulation simulation, Path folder) {
        super(simulation);
        this.folder = folder;
    }

    private boolean isUp() {
        if (upkeep == null && isFree()) {
            begin();
            upkeep = new Upkeep(
                    GatedCatalogs.of(simulation.catalog().catalogs(), gate("catalog")),
                    new GatedObjectStore(simulation.objects(), gate("store")),
                    "memory",
                    folder.getFileName().toString(),
                    folder,
                    SETTINGS,
                    new SimpleMeterRegistry(),
                    simulation.clock());
        }
        return upkeep != null && isFree();
    }

    void settle() throws InterruptedException {
        if (isUp()) {
            Upkeep own = upkeep;
            round("settle", own::settle);
        }
    }

    void sweep() throws InterruptedException {
        if (isUp()) {
            Upkeep own = upkeep;
            round("sweep", own::sweep);
        }
    }

    void expire() throws InterruptedException {
        if (isUp()) {
            Upkeep own = upkeep;
            round("expire", own::expire);
        }
    }

    void erase() throws InterruptedException {
        if (isUp()) {
            Upkeep own = upkeep;
            round("erase", own::erase);
        }
    }

    private void round(String name, Round round) throws InterruptedException {
        simulation.log(folder.getFileName() + " " + name);
        work(() -> {
            try {
                int done = round.run();
                simulation.log(folder.getFileName() + " " + name + ": " + done);
            } catch (StoreException e) {
                simulation.log(folder.getFileName() + " " + name + " fails: " + e.getMessage());
            }
        });
    }

    private interface Round {
        int run() throws InterruptedException;
    }

    @Override
    void crash() {
        if (upkeep != null) {
            simulation.log(folder.getFileName() + " dies");
            die();
            upkeep = null;
        }
    }
}
