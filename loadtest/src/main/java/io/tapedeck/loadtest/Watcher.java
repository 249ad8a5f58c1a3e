package io.tapedeck.loadtest;

import io.tapedeck.loadtest.Manifest.Frame;
import io.tapedeck.loadtest.PlaybackCounts.Question;
import io.tapedeck.loadtest.ViewerRequest.Answer;
import io.tapedeck.loadtest.ViewerSettings.Encoding;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** One person who watches, whatever it is: how to ask, and what to leave to chance. Confined to the verticle's thread. */
abstract class Watcher extends VerticleBase {
    private final ViewerLine line;
    private final ViewerSettings settings;
    private final Random random;

    /** @param number of this one among all of its kind */
    Watcher(ViewerLine line, ViewerSettings settings, int number) {
        this.line = line;
        this.settings = settings;
        this.random = new Random(settings.seed() * 1_000_003 + number);
    }

    ViewerLine line() {
        return line;
    }

    ViewerSettings settings() {
        return settings;
    }

    public PlaybackCounts counts() {
        return line.counts();
    }

    public Random random() {
        return random;
    }

    public <T> Future<Answer<T>> ask(
            Question question, String path, long bytes, long dueNanos, ViewerRequest.Reader<T> reader) {
        return new ViewerRequest<>(vertx, line, question, path, bytes, dueNanos, reader).begin();
    }

    /** About as large as the answer with these frames will be. */
    public long bytes(List<Frame> frames) {
        return settings.encoding() == Encoding.ZSTD
                ? frames.stream().mapToLong(Frame::bytes).sum()
                : FramePlan.rawBytes(frames);
    }

    /** Runs what takes time on another thread; completes on the viewer's. */
    public <T> Future<T> work(Supplier<T> work) {
        return vertx.executeBlocking(work::get, false);
    }
}
