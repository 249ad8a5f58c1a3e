package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Recorders, and viewers who follow what they record. Used by one thread; closing it ends what is still under way of both. */
final class LiveViewers implements AutoCloseable {
    private static final long DEPLOY_WAIT_S = 10;
    private static final long CLOSE_WAIT_S = 10;
    /** Beyond the time in which all must be visible, for requests under way. */
    private static final long FINISH_WAIT_MS = 60_000;

    private final Vertx vertx = LoadVertx.open();

    private final Fleet fleet;
    private final Duration visibleWithin;
    private final LiveCounts counts = new LiveCounts();
    private final List<LiveViewer> viewers = new ArrayList<>();

    private LiveViewers(Fleet fleet, Duration visibleWithin) {
        this.fleet = fleet;
        this.visibleWithin = visibleWithin;
    }

    /**
     * @param requests where requests for manifests and events are counted
     * @param fleet whose sessions are followed, closed with this; viewers are spread over its recorders
     * @param visibleWithin when all that was acked must have been seen, once nothing more is sent
     */
    static LiveViewers start(
            Project project, ViewerSettings settings, PlaybackCounts requests, Fleet fleet, Duration visibleWithin)
            throws Exception {
        LiveViewers all = new LiveViewers(fleet, visibleWithin);
        ViewerLine line =
                new ViewerLine(all.vertx, project, settings.encoding().accepted(), requests, settings.viewers());
        for (int i = 0; i < settings.viewers(); i++) {
            LiveViewer viewer = new LiveViewer(line, settings, all.counts, fleet, visibleWithin, i);
            all.viewers.add(viewer);
            all.vertx.deployVerticle(viewer).await(DEPLOY_WAIT_S, TimeUnit.SECONDS);
        }
        return all;
    }

    /**
     * Ends the recorders; returns when all that was acked was seen, or not in time.
     *
     * @return the sessions of which something was acked
     */
    List<PlayedSession> finish() throws Exception {
        fleet.finish();
        Future.join(viewers.stream().map(LiveViewer::finish).toList())
                .await(visibleWithin.toMillis() + FINISH_WAIT_MS, TimeUnit.MILLISECONDS);
        return fleet.sessions().stream().filter(PlayedSession::hasAcked).toList();
    }

    /** What was promised to recorders and to those who follow them and not kept, in words; empty if all is well. */
    List<String> broken() {
        return viewers.isEmpty()
                ? List.of()
                : Stream.concat(fleet.counts().broken().stream(), counts.broken().stream())
                        .toList();
    }

    void addTo(ObjectNode node) {
        node.put("viewers", viewers.size());
        node.put("recorders", fleet.settings().recorders());
        node.put("acked", fleet.counts().acked.sum());
        node.put("givenUp", fleet.counts().givenUp.sum());
        Report.addLatency(node.putObject("ackMs"), fleet.counts().ackMicros());
        counts.addTo(node);
    }

    @Override
    public void close() {
        fleet.close();
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(CLOSE_WAIT_S, TimeUnit.SECONDS)
                .join();
    }
}
