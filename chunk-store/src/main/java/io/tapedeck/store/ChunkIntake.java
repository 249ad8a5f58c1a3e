package io.tapedeck.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.Catalog.JournalProgress;
import io.tapedeck.store.Catalog.NodeStart;
import io.tapedeck.store.Journal.JournalRecord;
import io.tapedeck.store.Loops.Loop;
import io.tapedeck.store.RecentChunks.Digest;
import io.tapedeck.store.StoreSettings.Ack;
import io.tapedeck.store.flush.SegmentFlusher;
import io.tapedeck.store.journal.FileJournal;
import io.tapedeck.store.journal.NodeFolder;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes chunks in: each once, into the journal, and on to the flusher. Thread-safe; nothing blocks but opening and
 * closing.
 */
final class ChunkIntake implements ChunkAppender {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkIntake.class);

    /** A step under way may wait for the catalog. */
    private static final Duration ERASING_WAIT = Duration.ofSeconds(5);

    private final StoreSettings settings;
    private final MeterRegistry meters;
    private final Journal journal;
    private final SegmentFlusher flusher;
    private final ErasedSessions erased;
    private final RecentChunks recent;
    private final Counter stored;
    private final Counter repeated;
    private final NodeStart node;
    private final Loops loops;
    private final Clock clock;
    /** Both null until {@link #watch}. */
    private volatile JournalErasure erasure;

    private volatile Loop erasing;

    private volatile boolean closed;

    /**
     * What an intake works with: where its journal comes from, what its loops run in, who asks for erased sessions, and who
     * follows its segments.
     */
    record Machine(Loops loops, LongFunction<Journal> journalFrom, BoundedWorkers lookups, WorkTracer tracer) {
        /** The disk and threads of this process. */
        static Machine real(StoreSettings settings, NodeFolder folder, WorkTracer tracer, MeterRegistry meters) {
            return new Machine(
                    Loops.threads(meters),
                    nextAtLeast -> FileJournal.open(folder.journal(), settings.journal(), nextAtLeast, meters),
                    ErasedSessions.workers(),
                    tracer);
        }
    }

    private ChunkIntake(
            StoreSettings settings,
            ObjectStore objectStore,
            Catalog catalog,
            String nodeId,
            Machine machine,
            MeterRegistry meters,
            Clock clock) {
        this.settings = settings;
        this.meters = meters;
        this.loops = machine.loops();
        this.recent = new RecentChunks(loops::nanoTime);
        Gauge.builder("tapedeck.chunks.waiting", recent, RecentChunks::onTheWay)
                .description("chunks that are not as durable yet as is waited for")
                .register(meters);
        this.clock = clock;
        this.node = catalog.startNode(nodeId);
        JournalProgress progress = catalog.journalProgress(nodeId);
        this.journal = machine.journalFrom().apply(nextAtLeast(progress));
        this.flusher = new SegmentFlusher(
                settings.flush(),
                journal,
                objectStore,
                settings.objectStoreId(),
                catalog,
                node,
                progress,
                this::remember,
                machine.tracer(),
                meters,
                clock,
                machine.loops());
        this.erased = new ErasedSessions(catalog, machine.lookups());
        this.stored = counter("stored");
        this.repeated = counter("repeated");
    }

    /** Takes the node's next epoch, opens the journal and flushes what it holds. The caller holds the node's folder. */
    static ChunkIntake open(
            StoreSettings settings,
            ObjectStore objectStore,
            Catalog catalog,
            String node,
            Machine machine,
            MeterRegistry meters,
            Clock clock) {
        ChunkIntake intake = new ChunkIntake(settings, objectStore, catalog, node, machine, meters, clock);
        intake.flusher.start();
        return intake;
    }

    /** Clears the journal of what is erased from now on, in a loop of its own. */
    void watch(ErasureCatalog erasures) {
        erasure = new JournalErasure(erasures, node.node(), journal, flusher, erased, meters, clock);
        erasing = loops.begin("tapedeck-journal-erase", erasure);
    }

    /** An erasure was requested: looks for it now. */
    void wakeErasing() {
        Loop begun = erasing;
        if (begun != null) {
            begun.wake();
        }
    }

    /** A journal that lost its newest file must not give a number again that the catalog takes for committed. */
    private static long nextAtLeast(JournalProgress progress) {
        List<JournalProgress.Range> ranges = progress.ranges();
        return ranges.isEmpty() ? 1 : ranges.get(ranges.size() - 1).to();
    }

    @Override
    public CompletableFuture<Appended> append(Chunk chunk) {
        if (closed || flusher.isSuperseded()) {
            String reason = closed ? "this process is ending" : "another process has taken over this node";
            return refused(new StoreException(StoreErrorKind.UNAVAILABLE, reason));
        }
        CompletableFuture<Appended> answer = new CompletableFuture<>();
        erased.admit(chunk.session(), () -> take(chunk), this::refusedAsErased).whenComplete((appended, failure) -> {
            if (failure == null) {
                answer.complete(appended);
            } else {
                answer.completeExceptionally(StoreException.of(failure));
            }
        });
        return answer;
    }

    private CompletableFuture<Appended> take(Chunk chunk) {
        Digest digest = Digest.of(chunk);
        CompletableFuture<Void> durable = new CompletableFuture<>();
        CompletableFuture<Void> told = inTime(durable);
        CompletableFuture<Void> first = recent.putIfAbsent(digest, told);
        if (first != null) {
            return answer(first, Appended.REPEATED, repeated);
        }
        store(chunk).whenComplete((done, failure) -> {
            if (failure == null) {
                recent.stored(digest);
                durable.complete(null);
            } else {
                recent.forget(digest);
                durable.completeExceptionally(StoreException.of(failure));
            }
        });
        return answer(told, Appended.STORED, stored);
    }

    /**
     * How long clients wait for a chunk, the copies of one chunk together: a copy that comes once the first one has waited in
     * vain is refused at once, and leaves nothing behind in memory however often that is during an outage.
     */
    private CompletableFuture<Void> inTime(CompletableFuture<Void> durable) {
        return settings.ack() == Ack.STORED ? loops.within(durable, settings.storedWaitMs()) : durable;
    }

    private CompletableFuture<Void> store(Chunk chunk) {
        return journal.append(chunk).thenCompose(number -> {
            flusher.appended(number, chunk);
            return settings.ack() == Ack.STORED
                    ? flusher.committed(number, chunk.session())
                    : CompletableFuture.completedFuture(null);
        });
    }

    private CompletableFuture<Appended> refusedAsErased() {
        return refused(new StoreException(StoreErrorKind.ERASED, "the session was erased or has expired"));
    }

    private CompletableFuture<Appended> answer(CompletableFuture<Void> told, Appended outcome, Counter counter) {
        CompletableFuture<Appended> answer = new CompletableFuture<>();
        told.whenComplete((done, failure) -> {
            if (failure == null) {
                counter.increment();
                answer.complete(outcome);
            } else {
                StoreException cause = StoreException.of(failure);
                countRefused(cause);
                answer.completeExceptionally(cause);
            }
        });
        return answer;
    }

    /** A chunk that the process before took in, or that this one set aside: known from now on. */
    private void remember(JournalRecord record) {
        Digest digest = Digest.of(record.chunk());
        if (settings.ack() == Ack.JOURNALED) {
            recent.stored(digest);
            return;
        }
        CompletableFuture<Void> durable = new CompletableFuture<>();
        if (recent.putIfAbsent(digest, inTime(durable)) != null) {
            return;
        }
        flusher.committed(record.number(), record.chunk().session()).whenComplete((done, failure) -> {
            if (failure == null) {
                recent.stored(digest);
                durable.complete(null);
            } else {
                recent.forget(digest);
                durable.completeExceptionally(failure);
            }
        });
    }

    private CompletableFuture<Appended> refused(StoreException failure) {
        countRefused(failure);
        return CompletableFuture.failedFuture(failure);
    }

    private void countRefused(StoreException failure) {
        counter(failure.kind().name().toLowerCase(Locale.ROOT)).increment();
    }

    private Counter counter(String outcome) {
        return Counter.builder("tapedeck.chunks")
                .description("chunks by what became of them")
                .tag("outcome", outcome)
                .register(meters);
    }

    /** How long the oldest chunk waits that readers cannot see yet; 0 if no longer than promised. */
    long behindMs() {
        return flusher.behindMs();
    }

    /** Whether all that the journal held is committed and trimmed, and every erasure is passed; false before {@link #watch}. */
    boolean isDrained() {
        JournalErasure begun = erasure;
        return begun != null && begun.isClear();
    }

    /** Whether another process has become this node, so that nothing can be stored here any more. */
    boolean isSuperseded() {
        return flusher.isSuperseded();
    }

    /** The epoch that this process has as its node. */
    long epoch() {
        return node.epoch();
    }

    long journalBytes() {
        return journal.bytes();
    }

    /** Throws what an append would fail with. Blocks. */
    void check() {
        if (flusher.isSuperseded()) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "another process has taken over this node");
        }
        journal.check();
    }

    void close(Duration wait) {
        closed = true;
        if (erasing != null) {
            erasing.stop(ERASING_WAIT);
        }
        if (!flusher.close(wait)) {
            LOG.info("some chunks stay in the journal for the next start");
        }
        journal.close();
        erased.close();
    }
}
