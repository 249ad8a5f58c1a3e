package io.tapedeck.store.upkeep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalogs;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WorkTracer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles sessions, sweeps objects, takes out what is kept no longer, and erases and compacts, again and again, each on a
 * thread of its own, or several that settle; with retention goes keeping snapshots of what admins have made. A round that fails is logged and followed by the next.
 */
public final class Upkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    /** For all threads together. */
    private static final long CLOSE_WAIT_MS = 10_000;

    private final Catalog catalog;
    private final UpkeepSettings settings;
    private final MeterRegistry meters;
    private final List<Settling> settling;
    private final ObjectSweeper sweeper;
    private final Eraser eraser;
    private final Compactor compactor;
    private final RetentionSweeper retention;
    private final AdminSnapshotting snapshotting;
    private final ScheduledExecutorService sweeping = thread("tapedeck-sweep");
    private final ScheduledExecutorService retaining = thread("tapedeck-retention");
    private final ScheduledExecutorService erasing = thread("tapedeck-erase");
    private final TotalsGauges totals;

    private record Settling(Settler settler, ScheduledExecutorService thread) {}

    /**
     * @param node this process's node, which is the same after a crash
     * @param temporary a folder that this process has to itself; made if absent, and emptied
     * @throws StoreException UNAVAILABLE if the folder cannot be used
     */
    public Upkeep(
            Catalogs catalogs,
            ObjectStore objectStore,
            String objectStoreId,
            String node,
            Path temporary,
            UpkeepSettings settings,
            MeterRegistry meters,
            Clock clock) {
        this(catalogs, objectStore, objectStoreId, node, temporary, settings, WorkTracer.NONE, meters, clock);
    }

    /** The same, followed by a tracer where it settles. */
    public Upkeep(
            Catalogs catalogs,
            ObjectStore objectStore,
            String objectStoreId,
            String node,
            Path temporary,
            UpkeepSettings settings,
            WorkTracer tracer,
            MeterRegistry meters,
            Clock clock) {
        this.catalog = catalogs.catalog();
        this.settings = settings;
        this.meters = meters;
        empty(temporary);
        this.settling = IntStream.rangeClosed(1, settings.settlers())
                .mapToObj(number -> {
                    String name = number == 1 ? "settler" : "settler" + number;
                    return new Settling(
                            new Settler(
                                    catalog,
                                    objectStore,
                                    objectStoreId,
                                    name + "-" + node,
                                    temporary,
                                    settings,
                                    tracer,
                                    meters,
                                    clock),
                            thread("tapedeck-" + name));
                })
                .toList();
        this.sweeper = new ObjectSweeper(catalog, objectStore, settings, meters, clock);
        this.eraser = new Eraser(catalogs, objectStore, settings, meters, clock);
        this.compactor = new Compactor(catalogs, objectStore, objectStoreId, settings, meters, clock);
        this.retention = new RetentionSweeper(catalogs.retention(), objectStore, meters, clock);
        this.snapshotting = new AdminSnapshotting(catalogs.adoption(), objectStore, meters);
        this.totals = new TotalsGauges(catalog, meters, clock);
    }

    /** Starts the threads; the first rounds begin after one interval. What a crash left leased is given back first. */
    public void start() {
        for (Settling one : settling) {
            one.thread().execute(() -> giveBackLeases(one.settler()));
            repeat(one.thread(), "settling", one.settler()::settleAll);
        }
        repeat(sweeping, "sweeping", this::sweep);
        repeat(erasing, "erasing", this::erase);
        repeat(retaining, "retention", this::expire);
        repeat(retaining, "snapshots", this::snapshot);
    }

    /** Settles every session that is ready, on the caller's thread; returns how many were settled. */
    public int settle() throws InterruptedException {
        return settling.get(0).settler().settleAll();
    }

    /** Deletes every object that is due, on the caller's thread; returns how many were deleted. */
    public int sweep() throws InterruptedException {
        int deleted = sweeper.sweep();
        totals.count();
        return deleted;
    }

    /** Takes out every session that is kept no longer, on the caller's thread; returns how many. */
    public int expire() throws InterruptedException {
        return retention.sweep();
    }

    /** Puts what admins have made into the object store if that has changed; returns how many snapshots were written. */
    public int snapshot() throws InterruptedException {
        return snapshotting.snapshot();
    }

    /** Takes every erasure as far as it gets and rewrites segments, on the caller's thread; returns how many became final. */
    public int erase() throws InterruptedException {
        int done = eraser.eraseAll();
        compactor.compact();
        return done;
    }

    private static void giveBackLeases(Settler settler) {
        try {
            settler.giveBackLeases();
        } catch (StoreException e) {
            LOG.warn("leases could not be given back; they end by themselves", e);
        }
    }

    /** Whatever a round ends with, the next one follows: a thread that ran out of memory once may have enough later. */
    private void repeat(ScheduledExecutorService thread, String name, Callable<Integer> round) {
        Counter failed = Counter.builder("tapedeck.upkeep.failed")
                .description("rounds of upkeep that failed; the next one follows")
                .tag("round", name)
                .register(meters);
        Runnable guarded = () -> {
            try {
                round.call();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception | Error e) {
                failed.increment();
                LOG.error("a round of {} failed; the next one follows", name, e);
            }
        };
        thread.scheduleWithFixedDelay(guarded, settings.intervalMs(), settings.intervalMs(), TimeUnit.MILLISECONDS);
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    private static void empty(Path folder) {
        try {
            Files.createDirectories(folder);
            try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
                for (Path file : left) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "the folder " + folder + " cannot be used", e);
        }
    }

    /** Interrupts what is under way, which leaves nothing half done, ends the threads, and leaves no session leased. */
    @Override
    public void close() {
        settling.forEach(one -> one.thread().shutdownNow());
        sweeping.shutdownNow();
        retaining.shutdownNow();
        erasing.shutdownNow();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_WAIT_MS);
        try {
            for (Settling one : settling) {
                if (ends(one.thread(), deadline) && one.settler().mayHoldLeases()) {
                    giveBackLeases(one.settler());
                }
            }
            for (ScheduledExecutorService thread : List.of(sweeping, retaining, erasing)) {
                ends(thread, deadline);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether a thread has ended by then: where a database is silent, each of them waits for a call. */
    private static boolean ends(ScheduledExecutorService thread, long deadline) throws InterruptedException {
        return thread.awaitTermination(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
}
