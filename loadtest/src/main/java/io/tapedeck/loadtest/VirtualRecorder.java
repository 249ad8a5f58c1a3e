package io.tapedeck.loadtest;

import io.tapedeck.loadtest.ChunkCutter.Slice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One visitor's browser: plays the recording again and again, each time as a new session, and sends each chunk when its
 * time has come, whether or not those before it were answered (an open model: a slow server does not slow the load
 * down). A chunk's latency counts from when it was due. All state is confined to the verticle's thread.
 */
final class VirtualRecorder extends VerticleBase implements ChunkUpload.Recorder {
    private final RecorderLine line;
    private final LoadSettings settings;
    private final Script script;
    private final List<Slice> slices;
    private final Supplier<Future<? extends HttpClient>> client;
    private final Consumer<PlayedSession> sessions;
    private final int number;
    private final Random random;
    private final Promise<Void> finished = Promise.promise();
    private int named;
    private long sessionsLeft;
    private boolean stopping;
    /** Windows of which chunks are to come, and chunks that are held back. */
    private int waiting;

    /** Chunks that are under way or wait for a place. */
    private int open;

    /**
     * @param line to the server, shared by all recorders
     * @param sessions is told of each session before its first chunk is sent
     * @param number of this recorder among its fleet
     */
    VirtualRecorder(
            RecorderLine line, LoadSettings settings, Script script, Consumer<PlayedSession> sessions, int number) {
        this.line = line;
        this.settings = settings;
        this.script = script;
        this.slices = script.slices();
        this.client = line.client();
        this.sessions = sessions;
        this.number = number;
        this.sessionsLeft = settings.sessionsOf(number);
        this.random = new Random(settings.seed() * 1_000_003 + number);
    }

    @Override
    public Future<?> start() {
        after(1 + settings.beginsAfter(number).toMillis(), this::beginSession);
        return Future.succeededFuture();
    }

    /** Sends nothing new from now on; the future is for the answers still awaited. */
    Future<Void> finish() {
        context.runOnContext(now -> {
            stopping = true;
            completeIfIdle();
        });
        return finished.future();
    }

    /** Is complete when all sessions are played, or when it was told to finish, and every chunk has its answer. */
    Future<Void> played() {
        return finished.future();
    }

    private void beginSession() {
        if (stopping || sessionsLeft == 0) {
            completeIfIdle();
            return;
        }
        sessionsLeft--;
        PlayedSession session = new PlayedSession("load-s-" + suffix());
        PlayedWindow first = window(session);
        PlayedWindow second = settings.habits().opensSecondWindow(random) ? window(session) : null;
        sessions.accept(session);
        play(session, first, this::beginSession);
        if (second != null) {
            play(session, second, this::completeIfIdle);
        }
    }

    private void play(PlayedSession session, PlayedWindow window, Runnable end) {
        waiting++;
        schedule(session, window, 0, System.nanoTime(), () -> {
            waiting--;
            end.run();
        });
    }

    private PlayedWindow window(PlayedSession session) {
        PlayedWindow window = new PlayedWindow(
                script.recording(),
                slices,
                session.id(),
                "load-w-" + suffix(),
                script.startsAt(System.currentTimeMillis()));
        session.with(window);
        return window;
    }

    private String suffix() {
        return number + "-" + named++ + "-" + Long.toHexString(random.nextLong()) + Long.toHexString(System.nanoTime());
    }

    private void schedule(PlayedSession session, PlayedWindow window, int slice, long startNanos, Runnable end) {
        if (slice == slices.size()) {
            after(1, end);
            return;
        }
        long dueNanos = startNanos + (long) (slices.get(slice).sendAfterMs() * 1_000_000 / settings.speed());
        after(Due.inMs(dueNanos), () -> {
            if (stopping) {
                return;
            }
            if (slice > 0 && settings.habits().isLate(random)) {
                sendLate(session, window, slice);
            } else {
                begin(new ChunkUpload(this, window, slice, dueNanos));
            }
            schedule(session, window, slice + 1, startNanos, end);
        });
    }

    private void sendLate(PlayedSession session, PlayedWindow window, int slice) {
        hold(settings.habits().lateMs(random), () -> {
            counts().late.increment();
            line.isSettled(session).onSuccess(settled -> counts().lateToSettled.add(settled ? 1 : 0));
            begin(new ChunkUpload(this, window, slice, System.nanoTime()));
        });
    }

    private void begin(ChunkUpload upload) {
        open++;
        if (line.inFlight().take(() -> context.runOnContext(now -> beginLate(upload)))) {
            upload.begin();
        } else {
            counts().delayed.increment();
        }
    }

    /** A place was taken for it. */
    private void beginLate(ChunkUpload upload) {
        if (stopping) {
            upload.leave();
            open--;
            line.inFlight().giveBack();
            completeIfIdle();
        } else {
            upload.begin();
        }
    }

    @Override
    public void ended(ChunkUpload upload, boolean acked) {
        open--;
        line.inFlight().giveBack();
        if (acked && !upload.isRepeat() && settings.habits().repeats(random)) {
            repeat(upload);
        }
        completeIfIdle();
    }

    private void repeat(ChunkUpload upload) {
        long waitMs = settings.habits().repeatAfterMs(random);
        ChunkUpload again = upload.again(waitMs);
        if (waitMs == 0) {
            begin(again);
            return;
        }
        hold(waitMs, () -> begin(again));
    }

    /** Begins an upload later, unless nothing new is to be sent by then. */
    private void hold(long delayMs, Runnable upload) {
        waiting++;
        after(delayMs, () -> {
            waiting--;
            if (!stopping) {
                upload.run();
            }
        });
    }

    private void completeIfIdle() {
        boolean nothingToCome = stopping || (sessionsLeft == 0 && waiting == 0);
        if (nothingToCome && open == 0) {
            finished.tryComplete();
        }
    }

    @Override
    public LoadSettings settings() {
        return settings;
    }

    @Override
    public Script script() {
        return script;
    }

    @Override
    public Counts counts() {
        return line.counts();
    }

    @Override
    public void post(Buffer body, Consumer<HttpClientResponse> answered, Runnable lost) {
        line.post(client, settings.key(), body).onSuccess(answered::accept).onFailure(error -> lost.run());
    }

    @Override
    public void after(long delayMs, Runnable work) {
        vertx.setTimer(Math.max(1, delayMs), timer -> work.run());
    }

    @Override
    public int chance(int bound) {
        return random.nextInt(bound);
    }
}
