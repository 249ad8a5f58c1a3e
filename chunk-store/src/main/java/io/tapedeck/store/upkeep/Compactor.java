package io.tapedeck.store.upkeep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.Attempt;
import io.tapedeck.store.Calls;
import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalog.ObjectIntent;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.Catalogs;
import io.tapedeck.store.CompactionCatalog;
import io.tapedeck.store.CompactionCatalog.LiveSegment;
import io.tapedeck.store.CompactionCatalog.RewriteCommit;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.SegmentKey;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.block.SegmentWriter.Segment;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrites segments: at once those that hold what was erased beside what was not, and after a while those of which less
 * than half is live, so that one long session does not pin everybody's bytes. Used by one thread; any number of compactors
 * may share a catalog.
 *
 * <p>Small remainders are joined into one segment, up to a bound. Nothing is taken from readers: the commit replaces exactly
 * the blocks that were copied, or fails, and the old segment stays readable for the grace unless it holds what was erased. A
 * crash leaves at most an intent and an object that nobody refers to. A segment that cannot be read is left out of its group
 * and, like one that cannot be rewritten, keeps its lease, so that it is tried again when that runs out and does not stop the
 * others. What could not be rewritten because something was away is tried again in the next round. Used by one thread.
 */
final class Compactor {
    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
    private static final int SEGMENTS_AT_ONCE = 16;
    /** A new segment takes no further remainder once it holds so much. */
    private static final long JOINED_BYTES_MAX = 16L << 20;

    /** Some 20 MB of what the catalog says of them; also the most of a new segment, unless an old one has more. */
    private static final int SESSIONS_AT_ONCE = 10_000;

    /** What is due after so long is left to the next round. */
    private static final long ROUND_MS = 10_000;

    private final Catalog catalog;
    private final CompactionCatalog compaction;
    private final ObjectStore objectStore;
    private final String objectStoreId;
    private final UpkeepSettings settings;
    private final MeterRegistry meters;
    private final Clock clock;
    private final SegmentRewriter rewriter;
    private final String holder;
    /** Leased in this round, and not rewritten because something was away. */
    private final List<LiveSegment> putOff = new ArrayList<>();

    Compactor(
            Catalogs catalogs,
            ObjectStore objectStore,
            String objectStoreId,
            UpkeepSettings settings,
            MeterRegistry meters,
            Clock clock) {
        this.catalog = catalogs.catalog();
        this.compaction = catalogs.compaction();
        this.objectStore = objectStore;
        this.objectStoreId = objectStoreId;
        this.settings = settings;
        this.meters = meters;
        this.clock = clock;
        this.rewriter = new SegmentRewriter(objectStore, meters);
        this.holder = "compactor" + Attempt.next();
        // There from the start, so that a rise shows.
        Stream.of(Outcome.values()).forEach(this::counter);
    }

    /** How rewriting one group of segments ended. */
    private enum Outcome {
        REWRITTEN,
        /** They changed meanwhile; they are rewritten anew later. */
        CONFLICT,
        FAILED
    }

    /**
     * Rewrites segments that are due, all of them unless that takes long: erasures wait for the thread.
     *
     * @return how many segments were replaced
     */
    int compact() throws InterruptedException {
        try {
            return compactUntil(clock.millis() + ROUND_MS);
        } finally {
            release(putOff);
            putOff.clear();
        }
    }

    private int compactUntil(long roundEndsAt) throws InterruptedException {
        int replaced = 0;
        while (true) {
            long now = clock.millis();
            List<LiveSegment> leased = compaction.leaseRewritable(
                    holder,
                    now,
                    now - settings.compactAfterMs(),
                    now + settings.leaseMs(),
                    SEGMENTS_AT_ONCE,
                    SESSIONS_AT_ONCE);
            int done = 0;
            for (List<LiveSegment> group : groups(leased)) {
                done += rewriteOrLeave(group);
            }
            replaced += done;
            // What could not be rewritten is left to the next round, so that a round ends.
            if (done == 0 || clock.millis() >= roundEndsAt) {
                return replaced;
            }
        }
    }

    /** Those that hold what was erased alone, so that nothing else keeps them; the others joined. */
    private static List<List<LiveSegment>> groups(List<LiveSegment> segments) {
        List<List<LiveSegment>> groups = new ArrayList<>();
        List<LiveSegment> group = new ArrayList<>();
        long bytes = 0;
        int sessions = 0;
        for (LiveSegment segment : segments) {
            if (segment.holdsErased()) {
                groups.add(List.of(segment));
                continue;
            }
            if (!group.isEmpty()
                    && (bytes + liveBytes(segment) > JOINED_BYTES_MAX
                            || sessions + segment.sessions().size() > SESSIONS_AT_ONCE)) {
                groups.add(group);
                group = new ArrayList<>();
                bytes = 0;
                sessions = 0;
            }
            group.add(segment);
            bytes += liveBytes(segment);
            sessions += segment.sessions().size();
        }
        if (!group.isEmpty()) {
            groups.add(group);
        }
        return groups;
    }

    private static long liveBytes(LiveSegment segment) {
        return segment.sessions().stream()
                .flatMap(session -> session.held().blocks().stream())
                .mapToLong(block -> block.length())
                .sum();
    }

    /** Returns how many were replaced. */
    private int rewriteOrLeave(List<LiveSegment> group) throws InterruptedException {
        Outcome outcome = Outcome.FAILED;
        try {
            int rewritten = rewrite(group);
            counter(Outcome.REWRITTEN).increment(rewritten);
            counter(Outcome.FAILED).increment(group.size() - (double) rewritten);
            return rewritten;
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.CONFLICT) {
                LOG.info("a segment changed while it was being rewritten; it is rewritten later");
                outcome = Outcome.CONFLICT;
                release(group);
            } else {
                LOG.warn("a segment could not be rewritten; a later round tries again", e);
                if (e.retryable()) {
                    putOff.addAll(group);
                }
            }
        } catch (RuntimeException e) {
            LOG.error("a segment cannot be rewritten", e);
        }
        counter(outcome).increment(group.size());
        return 0;
    }

    private void release(List<LiveSegment> segments) {
        if (segments.isEmpty()) {
            return;
        }
        try {
            compaction.releaseRewritable(holder, keys(segments));
        } catch (StoreException e) {
            LOG.warn("leases of segments could not be given back; they end by themselves", e);
        }
    }

    private Counter counter(Outcome outcome) {
        return Counter.builder("tapedeck.compact.segments")
                .description("segments leased to be rewritten, by what became of them")
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }

    /** Returns how many could be read, and so were replaced. */
    private int rewrite(List<LiveSegment> group) throws InterruptedException {
        SegmentRewriter.Copy copy = rewriter.copy(group, holder);
        if (!copy.copied().isEmpty()) {
            replace(copy.copied(), copy.segment());
        }
        return copy.copied().size();
    }

    private void replace(List<LiveSegment> group, Segment segment) throws InterruptedException {
        if (segment.footer().sessions().isEmpty()) {
            compaction.commitRewrite(new RewriteCommit(null, 0, keys(group), List.of(), List.of(), clock.millis()));
            return;
        }
        String key = SegmentKey.of(clock.millis(), holder, Attempt.next());
        catalog.intend(new ObjectIntent(key, ObjectKind.SEGMENT, objectStoreId, holder, clock.millis()));
        try {
            requireNoneErased(segment.footer().sessions());
            Calls.await(objectStore.put(key, segment.bytes().duplicate()));
            compaction.commitRewrite(new RewriteCommit(
                    key,
                    segment.bytes().remaining(),
                    keys(group),
                    blockIds(group),
                    segment.footer().sessions(),
                    clock.millis()));
        } catch (RuntimeException | InterruptedException e) {
            doom(key);
            throw e;
        }
    }

    /**
     * Asked once the intent is there: an erasure from before is seen here, and one that comes later sees the intent. So no
     * segment with an erased session is put that its erasure does not know of.
     */
    private void requireNoneErased(List<SegmentSession> sessions) {
        List<SessionKey> held = sessions.stream().map(SegmentSession::session).toList();
        if (catalog.progress(held).size() < held.size()) {
            throw new StoreException(StoreErrorKind.CONFLICT, "a session was erased meanwhile");
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

    private static List<String> keys(List<LiveSegment> group) {
        return group.stream().map(LiveSegment::key).toList();
    }

    private static Collection<Long> blockIds(List<LiveSegment> group) {
        return group.stream()
                .flatMap(segment -> segment.sessions().stream())
                .flatMap(session -> session.blockIds().stream())
                .toList();
    }
}
