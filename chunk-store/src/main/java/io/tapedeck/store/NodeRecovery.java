package io.tapedeck.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.ChunkIntake.Machine;
import io.tapedeck.store.journal.NodeFolder;
import io.tapedeck.store.journal.SetAside;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Brings what the journal of a node that is gone still holds into segments, in a process of its own, and retires the node.
 *
 * <pre>
 *   lock the folder       whoever runs on it keeps it
 *   look                  do object store and catalog work? does the catalog know the node, and is it silent?
 *   take the next epoch   from here on no other process can commit as this node
 *   flush                 as every start does; what was erased or has expired is left out
 *   clear                 the journal's files are deleted, erasures are passed
 *   retire                if the epoch is still the one taken; erasures do not wait for the node any more
 * </pre>
 *
 * It may end after any of these steps, and be run again: what is committed is not read again, what is not is still in the
 * folder. A node that starts again after all takes the next epoch and is no longer retired; so does one that was running
 * all the time, cut off from the catalog, once it is started again: until then it refuses chunks. What such a node's own
 * journal holds beyond the copy that was recovered is flushed by that start.
 *
 * <p>Blocks; used by one thread.
 */
public final class NodeRecovery {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Nothing was committed for so long: the object store or the catalog is away. */
    private static final Duration STALL_MAX = Duration.ofMinutes(5);

    private final StoreSettings settings;
    private final ObjectStore objectStore;
    private final Catalogs catalogs;
    private final Clock clock;
    private final Duration stallMax;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /**
     * What became of the journal.
     *
     * @param node the node's id
     * @param chunks how many were read and had not been committed
     * @param known how many were read although they had been committed before
     * @param leftOut sessions left out as they are erased or have expired, counted anew in each segment
     * @param setAside pieces that could not be read
     */
    public record Recovered(String node, long chunks, long known, long leftOut, List<SetAside.Piece> setAside) {}

    /** @param settings how to write; its folder is the node's, and it is taken for one that appends and does no upkeep */
    public NodeRecovery(StoreSettings settings, ObjectStore objectStore, Catalogs catalogs, Clock clock) {
        this(settings, objectStore, catalogs, clock, STALL_MAX);
    }

    NodeRecovery(StoreSettings settings, ObjectStore objectStore, Catalogs catalogs, Clock clock, Duration stallMax) {
        this.settings = settings;
        this.objectStore = objectStore;
        this.catalogs = catalogs;
        this.clock = clock;
        this.stallMax = stallMax;
    }

    /**
     * Recovers the journal.
     *
     * @param unknownToo whether the node may be one that the catalog does not know, as the catalog was made anew since
     * @param actor who asked, for the audit trail
     * @param progress told now and then what is going on
     * @throws StoreException NOT_FOUND if the folder is no node's, or the catalog does not know the node; CONFLICT if the
     *     node runs, or was started by another process meanwhile; UNAVAILABLE if another process has the folder;
     *     otherwise what does not work. Nothing is lost then: what is not committed is still in the folder
     */
    public Recovered run(boolean unknownToo, String actor, Consumer<String> progress) {
        try (NodeFolder folder = NodeFolder.openExisting(settings.folder())) {
            await(objectStore);
            catalogs.catalog().check();
            requireSilent(folder.node(), unknownToo);
            SetAside setAside = SetAside.of(folder);
            long epoch = flush(folder, progress);
            catalogs.erasures().retireNode(folder.node(), epoch, new By(actor, clock.millis()));
            return new Recovered(
                    folder.node(),
                    count("tapedeck.journal.read.back", "outcome", "taken"),
                    count("tapedeck.journal.read.back", "outcome", "known"),
                    count("tapedeck.segments.left.out"),
                    setAside.pieces());
        }
    }

    private static void await(ObjectStore objectStore) {
        try {
            objectStore.check().join();
        } catch (CompletionException e) {
            throw StoreException.of(e);
        }
    }

    private void requireSilent(String node, boolean unknownToo) {
        if (!unknownToo && catalogs.catalog().epoch(node) == 0) {
            throw new StoreException(
                    StoreErrorKind.NOT_FOUND,
                    "the catalog does not know the node " + node
                            + ": it is not the one that this journal belongs to, or" + " was made anew since");
        }
        long now = clock.millis();
        catalogs.erasures().nodes().stream()
                .filter(known -> known.node().equals(node) && known.runs(now))
                .findFirst()
                .ifPresent(running -> {
                    throw new StoreException(
                            StoreErrorKind.CONFLICT,
                            "the node " + node + " was seen " + Math.max(0, now - running.seenAt()) / 1_000
                                    + " s ago: it runs; stop it and try again a minute later");
                });
    }

    /** Returns the epoch under which all was committed. */
    private long flush(NodeFolder folder, Consumer<String> progress) {
        ChunkIntake intake = ChunkIntake.open(
                settings,
                objectStore,
                catalogs.catalog(),
                folder.node(),
                Machine.real(settings, folder, WorkTracer.NONE, meters),
                meters,
                clock);
        try {
            intake.watch(catalogs.erasures());
            awaitDrained(intake, folder.node(), progress);
            return intake.epoch();
        } finally {
            intake.close(Duration.ZERO);
        }
    }

    private void awaitDrained(ChunkIntake intake, String node, Consumer<String> progress) {
        long flushed = -1;
        long progressedAt = System.nanoTime();
        while (!intake.isDrained()) {
            if (intake.isSuperseded()) {
                throw new StoreException(
                        StoreErrorKind.CONFLICT,
                        "the node " + node + " was started by another process meanwhile: that one has its journal");
            }
            long now = count("tapedeck.segments.flushed");
            if (now != flushed) {
                flushed = now;
                progressedAt = System.nanoTime();
            } else if (System.nanoTime() - progressedAt > stallMax.toNanos()) {
                throw new StoreException(
                        StoreErrorKind.TIMEOUT,
                        "nothing could be stored for " + stallMax.toSeconds()
                                + " s; what is left is still in the folder");
            }
            progress.accept(
                    "chunk " + count("tapedeck.journal.read.back", "outcome", "taken") + ", segment " + flushed);
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private long count(String meter, String... tags) {
        Counter counter = meters.find(meter).tags(tags).counter();
        return counter == null ? 0 : Math.round(counter.count());
    }
}
