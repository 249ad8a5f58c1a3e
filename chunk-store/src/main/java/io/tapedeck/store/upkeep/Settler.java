package io.tapedeck.store.upkeep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tapedeck.store.Attempt;
import io.tapedeck.store.Calls;
import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.ObjectIntent;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.RecordingCommit;
import io.tapedeck.store.Catalog.SettlingLayout;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.RecordingKey;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WorkTracer;
import io.tapedeck.store.merge.MergeMeters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Rewrites sessions as recordings: what is in blocks, or in a recording and a tail, becomes one recording with each chunk
 * once, in order. A session is rewritten when it is silent; one that goes on for long is, in parts, while it lives. Used by
 * one thread at a time; any number of settlers, here and elsewhere, may share a catalog.
 *
 * <p>Nothing is ever taken from readers: the commit replaces blocks and recordings that were read, in one transaction, and only if the session's generation is still the one read. A crash leaves at most an intent and an object
 * that nobody refers to. A session that cannot be settled keeps its lease, so that it is tried again when that runs out
 * and does not stop the others; one that could not be as something was away is tried again in a later round, once there is
 * no other to be settled.
 */
final class Settler {
    private static final Logger LOG = LoggerFactory.getLogger(Settler.class);
    private static final int SESSIONS_AT_ONCE = 8;
    /** Beyond this, what was put off waits until its lease is over. */
    private static final int PUT_OFF_MAX = 10_000;

    private final Catalog catalog;
    private final ObjectStore objectStore;
    private final String objectStoreId;
    private final Path temporary;
    private final UpkeepSettings settings;
    private final WorkTracer tracer;
    private final MeterRegistry meters;
    private final Clock clock;
    /** Leased, and not settled because something was away or the session changed meanwhile. */
    private final Set<SessionKey> putOff = new LinkedHashSet<>();
    /** Whether there may be leases that nobody here knows of: taken by a call whose answer was lost, or left by a round cut off. */
    private boolean mayHoldMore;

    private final String holder;
    private final DistributionSummary bytes;
    private final Counter bounded;
    private final MergeMeters merging;

    /**
     * @param holder of the leases; the same after a crash, so that they can be given back, and nobody else's
     * @param temporary where recordings are written before they are put
     */
    Settler(
            Catalog catalog,
            ObjectStore objectStore,
            String objectStoreId,
            String holder,
            Path temporary,
            UpkeepSettings settings,
            WorkTracer tracer,
            MeterRegistry meters,
            Clock clock) {
        this.catalog = catalog;
        this.objectStore = objectStore;
        this.objectStoreId = objectStoreId;
        this.temporary = temporary;
        this.settings = settings;
        this.tracer = tracer;
        this.meters = meters;
        this.clock = clock;
        this.holder = holder;
        this.bytes = DistributionSummary.builder("tapedeck.settle.bytes")
                .description("sizes of recordings")
                .register(meters);
        this.bounded = Counter.builder("tapedeck.settle.bounded")
                .description("times that a session had more hot chunks than settling lists at once")
                .register(meters);
        this.merging = new MergeMeters(meters);
    }

    /** Gives back all that this node has leased, also before a crash; nothing may be settled by it at the moment. */
    void giveBackLeases() {
        catalog.releaseSettling(holder);
        putOff.clear();
        mayHoldMore = false;
    }

    /** Whether there may be leases to give back. */
    boolean mayHoldLeases() {
        return mayHoldMore || !putOff.isEmpty();
    }

    /** How settling one session ended. */
    enum Outcome {
        SETTLED,
        /** Its recording holds everything already. */
        REPEATED,
        /** There was nothing to do: it is settled, or erased. */
        NOTHING,
        /** It changed meanwhile; it is settled anew later. */
        CONFLICT,
        FAILED
    }

    /**
     * Settles every session that is ready.
     *
     * @return how many were settled
     */
    synchronized int settleAll() throws InterruptedException {
        if (mayHoldMore) {
            giveBackLeases();
        }
        boolean mayGiveBack = !putOff.isEmpty();
        int settled = 0;
        boolean more = true;
        while (more) {
            mayHoldMore = true;
            List<SessionKey> leased = lease();
            // What was put off is the oldest and would be leased first: were it let go of before the others have had
            // their turn, as many as are leased at once would stop them all.
            more = leased.isEmpty() && mayGiveBack;
            if (more) {
                giveBackPutOff();
                mayGiveBack = false;
            }
            for (SessionKey session : leased) {
                Outcome outcome = settleOne(session);
                settled += outcome == Outcome.SETTLED ? 1 : 0;
                // What failed may be leased again as soon as its lease is over: it must not keep the round going.
                more |= outcome != Outcome.NOTHING && outcome != Outcome.FAILED;
            }
            mayHoldMore = false;
        }
        return settled;
    }

    /** Lets go of what was put off, so that it is tried again. */
    private void giveBackPutOff() {
        for (Iterator<SessionKey> left = putOff.iterator(); left.hasNext(); left.remove()) {
            catalog.releaseSettling(holder, left.next());
        }
    }

    private List<SessionKey> lease() {
        long now = clock.millis();
        return catalog.leaseSettleable(
                holder,
                now,
                now - settings.settleAfterMs(),
                now - settings.finalSettleAfterMs(),
                now + settings.leaseMs(),
                SESSIONS_AT_ONCE);
    }

    private static LoggingEventBuilder of(SessionKey session, LoggingEventBuilder line) {
        return line.addKeyValue("project", session.project()).addKeyValue("session", session.session());
    }

    private Outcome settleOne(SessionKey session) throws InterruptedException {
        try (WorkTracer.Work work = tracer.begin("settle")) {
            Outcome outcome = settleTimed(session);
            if (outcome == Outcome.FAILED) {
                work.failed();
            }
            return outcome;
        }
    }

    private Outcome settleTimed(SessionKey session) throws InterruptedException {
        Timer.Sample started = Timer.start(meters);
        Outcome outcome = Outcome.FAILED;
        try {
            outcome = settle(session);
            if (outcome == Outcome.NOTHING) {
                // Whatever else was done has ended the lease.
                catalog.releaseSettling(holder, session);
            }
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.CONFLICT || e.kind() == StoreErrorKind.NOT_FOUND) {
                LOG.info("a session changed while it was being settled; it is settled later");
                outcome = Outcome.CONFLICT;
                putOff(session);
            } else {
                of(session, LOG.atWarn().setCause(e)).log("a session could not be settled; a later round tries again");
                if (e.retryable()) {
                    putOff(session);
                }
            }
        } catch (RuntimeException e) {
            of(session, LOG.atError().setCause(e)).log("a session cannot be settled");
        }
        started.stop(Timer.builder("tapedeck.settle")
                .description("time to settle one session")
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(meters));
        return outcome;
    }

    private void putOff(SessionKey session) {
        if (putOff.size() < PUT_OFF_MAX) {
            putOff.add(session);
        }
    }

    /** Writes one recording, of the whole session or of one part; what is left is leased again. */
    private Outcome settle(SessionKey session) throws InterruptedException {
        Optional<SettlingLayout> found =
                catalog.settlingLayout(session, settings.parts().chunksMax());
        if (found.isEmpty() || found.get().blocks().isEmpty()) {
            return Outcome.NOTHING;
        }
        SettlingLayout layout = found.get();
        if (!layout.isComplete()) {
            bounded.increment();
        }
        SettlePlanner planner = new SettlePlanner(layout, settings.parts(), key -> catalog.recording(session, key));
        Optional<SettlePlan> plan = planner.plan();
        if (plan.isEmpty()) {
            List<Long> blocks =
                    layout.blocks().stream().map(LocatedBlock::blockId).toList();
            catalog.releaseRepeated(session, layout.generation(), blocks, clock.millis());
            return Outcome.REPEATED;
        }
        write(layout, plan.get());
        return Outcome.SETTLED;
    }

    private void write(SettlingLayout layout, SettlePlan plan) throws InterruptedException {
        String attempt = Attempt.next();
        Path file = temporary.resolve(attempt + ".recording");
        try {
            RecordingIndex index = record(layout, plan, file);
            commit(layout, plan, index, file, key(layout, plan.part(), attempt));
        } finally {
            delete(file);
        }
    }

    private RecordingIndex record(SettlingLayout layout, SettlePlan plan, Path file) throws InterruptedException {
        try {
            return new RecordingFile(layout, plan, objectStore, settings, merging).write(file);
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.NOT_FOUND && isStillThere(layout)) {
                throw new StoreException(StoreErrorKind.CORRUPT, "the session's data is lost: " + e.getMessage(), e);
            }
            throw e;
        }
    }

    /** Whether the session still refers to all that was read of it. Chunks may have come since. */
    private boolean isStillThere(SettlingLayout layout) {
        return catalog.settlingLayout(layout.session(), settings.parts().chunksMax())
                .filter(now -> now.generation() == layout.generation()
                        && now.recordings().equals(layout.recordings())
                        && places(now).containsAll(places(layout)))
                .isPresent();
    }

    private static Set<Map.Entry<Long, String>> places(SettlingLayout layout) {
        return layout.blocks().stream()
                .map(block -> Map.entry(block.blockId(), block.segmentKey()))
                .collect(Collectors.toSet());
    }

    private void commit(SettlingLayout layout, SettlePlan plan, RecordingIndex index, Path file, String key)
            throws InterruptedException {
        catalog.intend(new ObjectIntent(key, ObjectKind.RECORDING, objectStoreId, holder, clock.millis()));
        try {
            requireNotErased(layout.session());
            Calls.await(objectStore.put(key, file));
            long size = Files.size(file);
            catalog.commitRecording(new RecordingCommit(
                    key,
                    layout.generation(),
                    size,
                    index,
                    plan.consumedBlocks(),
                    plan.replaced() == null
                            ? List.of()
                            : List.of(plan.replaced().key()),
                    clock.millis()));
            bytes.record((double) size);
        } catch (IOException e) {
            doom(key);
            throw unreadable(e);
        } catch (RuntimeException | InterruptedException e) {
            doom(key);
            throw e;
        }
    }

    /**
     * Asked once the intent is there: an erasure from before is seen here, and one that comes later sees the intent. So no
     * recording of an erased session is put that its erasure does not know of.
     */
    private void requireNotErased(SessionKey session) {
        if (catalog.isErased(session)) {
            throw new StoreException(StoreErrorKind.NOT_FOUND, "the session was erased or has expired");
        }
    }

    /** Gives the object up, which changes nothing should the commit have taken effect after all. */
    private void doom(String key) {
        try {
            catalog.doom(key, clock.millis());
        } catch (StoreException e) {
            LOG.debug("an object that was not committed is doomed once it is stale", e);
        }
    }

    private static String key(SettlingLayout layout, int part, String attempt) {
        return RecordingKey.of(layout.session(), layout.facts().firstReceivedAt(), part, attempt);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("a temporary file is left until the next start", e);
        }
    }

    private static StoreException unreadable(IOException cause) {
        return new StoreException(StoreErrorKind.UNAVAILABLE, "a recording's file cannot be read", cause);
    }
}
