package io.tapedeck.loadtest;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Many recorders at once. Used by one thread; closing it ends what is still under way. */
final class Fleet implements AutoCloseable {
    private static final long DEPLOY_WAIT_S = 10;
    private static final long CLOSE_WAIT_S = 10;
    /** Beyond the patience, for what is under way when that ends. */
    private static final long FINISH_WAIT_MS = 60_000;

    private final Vertx vertx = LoadVertx.open();
    private final LoadSettings settings;
    private final Counts counts = new Counts();
    private final Queue<PlayedSession> sessions = new ConcurrentLinkedQueue<>();
    /** By recorder: the session that it has begun last. */
    private final AtomicReferenceArray<PlayedSession> playing;

    private final RecorderLine line;
    private final List<VirtualRecorder> recorders = new ArrayList<>();
    private Moment began;
    /** Null until the recorders are told to finish. */
    private Moment stopped;
    /** Null until they have. */
    private Moment drained;

    /** When something was, as of {@link System#nanoTime}, and what was acked by then. */
    private record Moment(long nanos, long acked, long bytesRaw) {
        static Moment now(Counts counts) {
            return new Moment(System.nanoTime(), counts.acked.sum(), counts.bytesRaw.sum());
        }

        double secondsUntil(Moment later) {
            return (later.nanos - nanos) / 1e9;
        }
    }

    private Fleet(Project project, LoadSettings settings, boolean connectionEach) {
        this.settings = settings;
        this.playing = new AtomicReferenceArray<>(settings.recorders());
        this.line = new RecorderLine(vertx, project, counts, connectionEach);
    }

    /** @param project its token may be null if no chunk is late */
    static Fleet start(Project project, LoadSettings settings, Recording recording) throws Exception {
        return start(project, settings, new RecordedScript(recording, settings.speed()), false);
    }

    /** @param connectionEach whether each recorder keeps a connection of its own, as browsers do */
    static Fleet start(Project project, LoadSettings settings, Script script, boolean connectionEach) throws Exception {
        Fleet fleet = new Fleet(project, settings, connectionEach);
        for (int i = 0; i < settings.recorders(); i++) {
            int number = i;
            VirtualRecorder recorder =
                    new VirtualRecorder(fleet.line, settings, script, session -> fleet.begun(number, session), number);
            fleet.recorders.add(recorder);
            fleet.vertx.deployVerticle(recorder).await(DEPLOY_WAIT_S, TimeUnit.SECONDS);
        }
        fleet.began = Moment.now(fleet.counts);
        return fleet;
    }

    private void begun(int recorder, PlayedSession session) {
        sessions.add(session);
        playing.set(recorder, session);
    }

    /** The session that a recorder has begun last; empty if it has begun none. */
    Optional<PlayedSession> playing(int recorder) {
        return Optional.ofNullable(playing.get(recorder));
    }

    LoadSettings settings() {
        return settings;
    }

    Counts counts() {
        return counts;
    }

    /** For how long it has sent, or did: from when the last recorder was there until they were told to finish. */
    double seconds() {
        return began.secondsUntil(stoppedOrNow());
    }

    /** How long what was under way then took to end; 0 before. */
    double drainSeconds() {
        return drained == null ? 0 : stopped.secondsUntil(drained);
    }

    /** Chunks acked in each of the {@link #seconds}. */
    double ackedPerSecond() {
        return (stoppedOrNow().acked - began.acked) / seconds();
    }

    /** JSON in them. */
    double bytesRawPerSecond() {
        return (stoppedOrNow().bytesRaw - began.bytesRaw) / seconds();
    }

    private Moment stoppedOrNow() {
        return stopped == null ? Moment.now(counts) : stopped;
    }

    /** Every session that was begun. */
    List<PlayedSession> sessions() {
        return List.copyOf(sessions);
    }

    /** Begins nothing new; returns when every chunk under way has its answer or was given up, or that takes too long. */
    void finish() {
        stopped = Moment.now(counts);
        List<Future<Void>> finished =
                recorders.stream().map(VirtualRecorder::finish).toList();
        try {
            Future.join(finished).await(settings.patience().toMillis() * 2 + FINISH_WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            counts.unfinished.add(
                    finished.stream().filter(recorder -> !recorder.isComplete()).count());
        }
        drained = Moment.now(counts);
    }

    /**
     * Returns when every session has been played and every chunk has its answer or was given up.
     *
     * @throws TimeoutException if that takes longer than {@code within}
     */
    void playOut(Duration within) throws Exception {
        Future.join(recorders.stream().map(VirtualRecorder::played).toList())
                .await(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        line.close();
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(CLOSE_WAIT_S, TimeUnit.SECONDS)
                .join();
    }
}
