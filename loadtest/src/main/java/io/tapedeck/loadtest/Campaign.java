package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.loadtest.ReadBack.Findings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Many recorders send while something is done to the server; then everything that was acked is read back: as it is right
 * then, again and again while it is being settled, and once all of it is settled. Used by one thread.
 */
final class Campaign {
    private static final Duration START_MAX = Duration.ofMinutes(3);
    private static final int READ_WHILE_SETTLING = 12;
    private static final int PAUSE_MS = 1_000;
    private static final int STOPPED_BY_SIGTERM = 143;

    private final CampaignServer server;
    private final LoadSettings load;
    private final Recording recording;
    private final Duration visibleWithin;
    private final Duration settledWithin;
    private final ServerProbe probe;
    private final ReplayReader reader;
    private final List<String> broken = new ArrayList<>();

    /**
     * @param server not started; the campaign stops it
     * @param visibleWithin when everything acked must be readable after the last chunk
     * @param settledWithin when everything must be settled after that
     */
    Campaign(
            CampaignServer server,
            LoadSettings load,
            Recording recording,
            Duration visibleWithin,
            Duration settledWithin) {
        this.server = server;
        this.load = load;
        this.recording = recording;
        this.visibleWithin = visibleWithin;
        this.settledWithin = settledWithin;
        this.probe = new ServerProbe(server.target(), CampaignServer.TOKEN);
        this.reader = new ReplayReader(server.project());
    }

    /** @param broken what was promised and not kept, in words; empty if all is well */
    record Outcome(Report report, List<String> broken) {
        boolean promisesKept() {
            return broken.isEmpty();
        }
    }

    Outcome run(Disturbance disturbance) throws Exception {
        server.start();
        if (!probe.awaitReady(START_MAX)) {
            throw new IOException("the server did not start; see " + server.log());
        }
        Report report;
        List<PlayedSession> sessions;
        try (Fleet fleet = Fleet.start(server.project(), load, recording)) {
            disturbance.run(server, probe, fleet.counts());
            fleet.finish();
            report = Report.of(fleet);
            sessions = fleet.sessions().stream().filter(PlayedSession::hasAcked).toList();
            broken.addAll(fleet.counts().broken());
        }
        disturbance.describe(report.document());
        readBack(report, sessions);
        leave(report.document());
        return new Outcome(report.broken(broken).machine(), List.copyOf(broken));
    }

    private void readBack(Report report, List<PlayedSession> sessions) throws InterruptedException {
        Findings live = new ReadBack(reader, visibleWithin).run(sessions);
        Findings whileSettling = Findings.none();
        Random others = new Random(load.seed());
        long deadline = System.nanoTime() + settledWithin.toNanos();
        List<PlayedSession> unsettled = reader.unsettled(sessions);
        while (!unsettled.isEmpty() && System.nanoTime() < deadline) {
            List<PlayedSession> some = new ArrayList<>(sessions);
            Collections.shuffle(some, others);
            whileSettling = whileSettling.plus(new ReadBack(reader, Duration.ZERO)
                    .run(some.subList(0, Math.min(READ_WHILE_SETTLING, some.size()))));
            Thread.sleep(PAUSE_MS);
            unsettled = reader.unsettled(unsettled);
        }
        require(unsettled.isEmpty(), unsettled.size() + " sessions were not settled in time");
        Findings settled = new ReadBack(reader, Duration.ZERO).run(sessions);

        report.verified(live.plus(whileSettling).plus(settled));
        ObjectNode parts = report.document().putObject("readBack");
        add(parts, "live", live);
        add(parts, "whileSettling", whileSettling);
        add(parts, "settled", settled);
    }

    private void add(ObjectNode parts, String phase, Findings findings) {
        ObjectNode part = parts.putObject(phase);
        part.put("sessionsRead", findings.sessions());
        Report.addFindings(part, findings);
        require(findings.promisesKept(), "what was read back " + phase + " is not what was acknowledged");
    }

    private void leave(ObjectNode result) throws IOException, InterruptedException {
        probe.metric("tapedeck_segments").ifPresent(segments -> result.put("segmentsLeft", (long) segments));
        probe.metric("tapedeck_recordings").ifPresent(recordings -> result.put("recordings", (long) recordings));
        result.put("quarantinedFiles", server.quarantinedFiles());
        int exitCode = server.stop();
        require(exitCode == STOPPED_BY_SIGTERM, "the server ended with " + exitCode + " when it was told to stop");
    }

    private void require(boolean kept, String otherwise) {
        if (!kept) {
            broken.add(otherwise);
        }
    }
}
