package io.tapedeck.loadtest;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Many viewers at once. Used by one thread; closing it ends what is still under way. */
final class Viewers implements AutoCloseable {
    private static final long DEPLOY_WAIT_S = 10;
    private static final long CLOSE_WAIT_S = 10;
    /** For what is under way when viewers finish, attempts and pauses between them included. */
    private static final long FINISH_WAIT_MS = 240_000;

    private final Vertx vertx = LoadVertx.open();

    private final ViewerSettings settings;
    private final PlaybackCounts counts = new PlaybackCounts();
    private final List<VirtualViewer> viewers = new ArrayList<>();
    private final long startedNanos = System.nanoTime();
    /** 0 until they have finished. */
    private long finishedNanos;

    private Viewers(ViewerSettings settings) {
        this.settings = settings;
    }

    static Viewers start(Project project, ViewerSettings settings, SessionFilters filters) throws Exception {
        Viewers all = new Viewers(settings);
        ViewerLine line = new ViewerLine(all.vertx, project, settings.encoding().accepted(), all.counts, 0);
        for (int i = 0; i < settings.viewers(); i++) {
            VirtualViewer viewer = new VirtualViewer(line, settings, filters, i);
            all.viewers.add(viewer);
            all.vertx.deployVerticle(viewer).await(DEPLOY_WAIT_S, TimeUnit.SECONDS);
        }
        return all;
    }

    ViewerSettings settings() {
        return settings;
    }

    PlaybackCounts counts() {
        return counts;
    }

    /**
     * What was promised to viewers and not kept, in words; empty if all is well. A session that was found and then was not
     * there is no broken promise if it is not listed any more: it was erased, or its time was up.
     */
    List<String> broken(ReplayReader reader) throws InterruptedException {
        List<String> broken = new ArrayList<>(counts.broken());
        for (String session : counts.notThere()) {
            if (reader.mayBeListed(session)) {
                broken.add("sessions that are listed were not there");
                break;
            }
        }
        if (broken.isEmpty() && counts.frames.sum() == 0) {
            broken.add("viewers got no events");
        }
        return broken;
    }

    /** For how long they have watched, or did. */
    double seconds() {
        return ((finishedNanos == 0 ? System.nanoTime() : finishedNanos) - startedNanos) / 1e9;
    }

    /** Begins nothing new; returns when every request under way has its answer or was given up. */
    void finish() throws Exception {
        Future.join(viewers.stream().map(VirtualViewer::finish).toList()).await(FINISH_WAIT_MS, TimeUnit.MILLISECONDS);
        finishedNanos = System.nanoTime();
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(CLOSE_WAIT_S, TimeUnit.SECONDS)
                .join();
    }
}
