package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.ChunkIntake.Machine;
import io.tapedeck.store.SimulatedLoops.SimulatedLoop;
import io.tapedeck.store.StoreSettings.Ack;
import io.tapedeck.store.flush.FlushPolicy;
import io.tapedeck.store.journal.JournalSettings;
import io.tapedeck.store.journal.SimulatedDisk;
import io.tapedeck.store.upkeep.UpkeepSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that takes chunks in: the store's own intake, journal and flusher on a simulated disk. Used by one thread. */
final class SimulatedGateway extends SimulatedProcess {
    /** Two or three chunks to a segment, and memory for a few. */
    private static final FlushPolicy FLUSH = new FlushPolicy(7_000, 3_000, 20_000, 2, 1, 5);
    /** Two or three chunks to a file. */
    private static final JournalSettings JOURNAL = new JournalSettings(4_000, 1 << 30, 1, 0, 64 << 20);

    private final String node;
    private final Path folder;
    private SimulatedDisk disk;
    private SimulatedLoops loops;
    private SimpleMeterRegistry meters;
    /** Null while the process is down. */
    private ChunkIntake intake;

    private Ack ack;

    SimulatedGateway(Simulation simulation, String node, Path folder) {
        super(simulation);
        this.node = node;
        this.folder = folder;
    }

    private boolean isUp() throws InterruptedException {
        if (intake == null && isFree()) {
            open();
        }
        return intake != null && isFree();
    }

    private void open() throws InterruptedException {
        begin();
        simulation.log(node + " starts");
        disk = new SimulatedDisk(gate("disk"), simulation.random());
        loops = new SimulatedLoops(simulation::nanoTime);
        meters = new SimpleMeterRegistry();
        ack = simulation.random().nextBoolean() ? Ack.JOURNALED : Ack.STORED;
        SimulatedDisk ownDisk = disk;
        SimulatedLoops ownLoops = loops;
        Machine machine = new Machine(
                ownLoops,
                nextAtLeast -> ownDisk.open(folder.resolve("journal"), JOURNAL, nextAtLeast, meters, ownLoops),
                new BoundedWorkers("direct", new DirectExecutor()),
                WorkTracer.NONE);
        work(() -> {
            try {
                ChunkIntake opened = ChunkIntake.open(
                        settings(),
                        new GatedObjectStore(simulation.objects(), gate("store")),
                        new FaultyCatalog(simulation.catalog(), gate("catalog")),
                        node,
                        machine,
                        meters,
                        simulation.clock());
                opened.watch(GatedCatalogs.of(simulation.catalog().catalogs(), gate("catalog"))
                        .erasures());
                intake = isDead() ? null : opened;
            } catch (StoreException e) {
                simulation.log(node + " cannot start");
                crash();
            }
        });
    }

    private StoreSettings settings() {
        return new StoreSettings(folder, "memory", true, false, ack, 1, JOURNAL, FLUSH, UpkeepSettings.DEFAULT);
    }

    void append() throws InterruptedException {
        if (isUp()) {
            append(simulation.workload().next(simulation.erased()));
        }
    }

    void append(Chunk chunk) throws InterruptedException {
        if (!isUp()) {
            return;
        }
        String name = node + " " + chunk.session().session() + "/" + chunk.window() + "/" + chunk.seq();
        simulation.log("append to " + name);
        ChunkIntake own = intake;
        work(() -> own.append(chunk).whenComplete((done, failure) -> {
            if (failure == null && intake == own) {
                simulation.log("ack of " + name);
                simulation.workload().acknowledged(chunk);
                if (ack == Ack.STORED && !simulation.isGone(chunk.session())) {
                    assertThat(simulation.visible(chunk.session())).contains(chunk.id());
                }
            }
        }));
    }

    /** One step of one of its loops. */
    void step() throws InterruptedException {
        if (!isUp()) {
            return;
        }
        List<SimulatedLoop> runnable = loops.runnable();
        if (!runnable.isEmpty()) {
            SimulatedLoop loop = runnable.get(simulation.random().nextInt(runnable.size()));
            work(loop::step);
        }
    }

    @Override
    void crash() {
        if (isDead() || disk == null) {
            return;
        }
        simulation.log(node + " dies");
        die();
        intake = null;
        disk.crash();
    }

    /** Ends as a process that is told to. */
    void stop() throws InterruptedException {
        if (intake == null || !isFree()) {
            return;
        }
        simulation.log(node + " ends");
        ChunkIntake own = intake;
        work(() -> own.close(Duration.ZERO));
        if (!isDead()) {
            die();
            intake = null;
            disk.end();
        }
    }

    /** Lets every loop do what is due; returns whether nothing was, and everything is committed. */
    boolean comeToRest() {
        try {
            if (!isUp()) {
                return false;
            }
            for (SimulatedLoop loop : loops.working()) {
                loop.step();
            }
            return intake != null && loops.due().isEmpty() && intake.behindMs() == 0 && held() == 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether anything of a session is in the journal's files. */
    boolean journalNames(SessionKey session) {
        String name = "\"session\":\"" + session.session() + "\"";
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(name)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private double held() {
        return meters.get("tapedeck.flush.held.bytes").gauge().value();
    }

    void assertNothingHeld() {
        StoreInvariants.assertNothingHeld(meters);
        assertThat(meters.get("tapedeck.flush.lag.ms").gauge().value()).isZero();
    }

    /** Does what it is given at once. */
    private static final class DirectExecutor extends AbstractExecutorService {
        @Override
        public void execute(Runnable work) {
            work.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return true;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
