package io.tapedeck.loadtest;

import io.tapedeck.loadtest.SessionVerifier.Verdict;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a small session, reads it back as soon as it should be there, and again when it is settled. Rounds overlap, since
 * settling takes longer than the pause between them. Thread-safe.
 */
final class Canary {
    /** A round waits minutes for settling and holds a thread meanwhile. */
    private static final int ROUNDS_OPEN_MAX = 64;

    private static final int AGAIN_MS = 200;
    private static final long DEPLOY_WAIT_S = 10;
    private static final long BEYOND_PATIENCE_MS = 60_000;
    private static final Logger LOG = LoggerFactory.getLogger(Canary.class);

    private final Vertx vertx;
    private final RecorderLine line;
    private final ReplayReader reader;
    private final LoadSettings settings;
    private final Script script;
    private final Duration visibleWithin;
    private final Duration settledWithin;
    private final CanaryMetrics metrics;
    private final ExecutorService rounds = Executors.newCachedThreadPool();

    /**
     * @param settings of one recorder that plays one session
     * @param visibleWithin when all that was acknowledged must be readable
     * @param settledWithin when it must be settled, after the last acknowledgement
     */
    Canary(
            Vertx vertx,
            RecorderLine line,
            ReplayReader reader,
            LoadSettings settings,
            Recording recording,
            Duration visibleWithin,
            Duration settledWithin,
            CanaryMetrics metrics) {
        this.vertx = vertx;
        this.line = line;
        this.reader = reader;
        this.settings = settings;
        this.script = new RecordedScript(recording, settings.speed());
        this.visibleWithin = visibleWithin;
        this.settledWithin = settledWithin;
        this.metrics = metrics;
    }

    /** Begins a round, unless too many are under way, and returns. */
    void begin() {
        if (metrics.open.incrementAndGet() > ROUNDS_OPEN_MAX) {
            metrics.open.decrementAndGet();
            metrics.passedOver.increment();
            return;
        }
        rounds.execute(this::round);
    }

    private void round() {
        boolean whole = false;
        try {
            whole = writeAndRead();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("A round failed", e);
        } finally {
            metrics.open.decrementAndGet();
            metrics.ended(whole);
        }
    }

    private boolean writeAndRead() throws Exception {
        PlayedSession session = write();
        long writtenNanos = System.nanoTime();
        int acked = session.windows().get(0).acked().cardinality();
        metrics.written.increment(acked);
        metrics.refused.increment(script.slices().size() - acked);
        if (acked == 0) {
            return false;
        }
        Surplus surplus = new Surplus();
        boolean visible = readLive(session, writtenNanos, surplus);
        boolean settled = awaitSettled(session, writtenNanos);
        boolean whole = readAtTheEnd(session, surplus);
        return acked == script.slices().size() && visible && settled && whole && surplus.isEmpty();
    }

    private PlayedSession write() throws Exception {
        List<PlayedSession> begun = new CopyOnWriteArrayList<>();
        VirtualRecorder recorder = new VirtualRecorder(line, settings, script, begun::add, 0);
        String deployment = vertx.deployVerticle(recorder).await(DEPLOY_WAIT_S, TimeUnit.SECONDS);
        long longestMs = script.recording().durationMs() + settings.patience().toMillis() * 2 + BEYOND_PATIENCE_MS;
        try {
            recorder.played().await(longestMs, TimeUnit.MILLISECONDS);
        } finally {
            vertx.undeploy(deployment).await(DEPLOY_WAIT_S, TimeUnit.SECONDS);
        }
        return begun.get(0);
    }

    /** Reads until all of it is there; false if that takes too long. */
    private boolean readLive(PlayedSession session, long writtenNanos, Surplus surplus) throws InterruptedException {
        long deadline = writtenNanos + visibleWithin.toNanos();
        while (true) {
            boolean last = System.nanoTime() >= deadline;
            try {
                Verdict verdict = verify(session, surplus);
                if (verdict.sound()) {
                    long readNanos = System.nanoTime();
                    metrics.visible.record(readNanos - writtenNanos, TimeUnit.NANOSECONDS);
                    if (readNanos <= deadline) {
                        return true;
                    }
                    metrics.late.increment(session.windows().get(0).acked().cardinality());
                    LOG.warn("Session {} took longer than {} to be read whole", session.id(), visibleWithin);
                    return false;
                }
                if (last) {
                    metrics.late.increment(verdict.chunksMissing());
                    LOG.warn("Session {} is not whole after {}: {}", session.id(), visibleWithin, verdict);
                    return false;
                }
            } catch (IOException e) {
                if (last) {
                    metrics.unreadable.increment();
                    LOG.warn("Session {} cannot be read after {}: {}", session.id(), visibleWithin, e.getMessage());
                    return false;
                }
            }
            Thread.sleep(AGAIN_MS);
        }
    }

    /** Reads it once; what should never be in a replay is counted at once, and once for each session. */
    private Verdict verify(PlayedSession session, Surplus surplus) throws IOException, InterruptedException {
        Verdict verdict = reader.verify(session);
        Verdict more = surplus.add(verdict);
        metrics.surplus(more);
        if (!more.sound()) {
            LOG.error("Session {} has what it never should have: {}", session.id(), verdict);
        }
        return verdict;
    }

    private boolean awaitSettled(PlayedSession session, long writtenNanos) throws InterruptedException {
        Duration left = settledWithin.minusNanos(System.nanoTime() - writtenNanos);
        if (reader.awaitSettled(List.of(session), left)) {
            metrics.settled.record(System.nanoTime() - writtenNanos, TimeUnit.NANOSECONDS);
            return true;
        }
        metrics.unsettled.increment();
        LOG.warn("Session {} is not settled after {}", session.id(), settledWithin);
        return false;
    }

    private boolean readAtTheEnd(PlayedSession session, Surplus surplus) throws InterruptedException {
        try {
            Verdict verdict = verify(session, surplus);
            metrics.missing.increment(verdict.chunksMissing());
            metrics.outOfOrder.increment(verdict.outOfOrder());
            if (!verdict.sound()) {
                LOG.error("Session {} is not what was acknowledged: {}", session.id(), verdict);
            }
            return verdict.sound();
        } catch (IOException e) {
            metrics.unreadable.increment();
            LOG.warn("Session {} cannot be read: {}", session.id(), e.getMessage());
            return false;
        }
    }

    /** Begins nothing more and waits until every round has ended. */
    void finish() throws InterruptedException {
        rounds.shutdown();
        long longestMs = settledWithin.plus(visibleWithin).toMillis()
                + settings.patience().toMillis() * 2
                + 2 * BEYOND_PATIENCE_MS;
        if (!rounds.awaitTermination(longestMs, TimeUnit.MILLISECONDS)) {
            rounds.shutdownNow();
        }
    }
}
