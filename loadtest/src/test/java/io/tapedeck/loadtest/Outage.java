package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Something that the server stands on is away for a while, which must be felt, and told by the server's readiness. */
final class Outage implements Disturbance {
    private static final Duration WAIT = Duration.ofMinutes(3);

    private final String part;
    private final Runnable stop;
    private final Runnable start;
    private final Duration length;
    private final boolean killMeanwhile;
    private long ackedDuring;
    private long refusedDuring;
    private long journalBytesBefore;
    private long journalBytesAfter;
    private long backMs;

    /**
     * @param part what is away, as readiness names it
     * @param killMeanwhile whether the server is killed in the middle, so that it starts without what is away
     */
    Outage(String part, Runnable stop, Runnable start, Duration length, boolean killMeanwhile) {
        this.part = part;
        this.stop = stop;
        this.start = start;
        this.length = length;
        this.killMeanwhile = killMeanwhile;
    }

    /** Chunks that were acked in the second half of the outage, when nothing of before it is under way any more. */
    long ackedDuring() {
        return ackedDuring;
    }

    /** Refusals with 503 in the whole outage. */
    long refusedDuring() {
        return refusedDuring;
    }

    long journalBytesGrown() {
        return journalBytesAfter - journalBytesBefore;
    }

    @Override
    public void run(CampaignServer server, ServerProbe probe, Counts counts) throws Exception {
        await().atMost(WAIT).until(() -> counts.acked.sum() > 50);
        journalBytesBefore = server.journalBytes();
        long refused = refused(counts);
        stop.run();
        await().atMost(WAIT).until(() -> tellsOfIt(probe));
        pass(length.dividedBy(2));
        if (killMeanwhile) {
            server.kill();
            server.start();
            await().atMost(WAIT).until(() -> tellsOfIt(probe));
        }
        long acked = counts.acked.sum();
        pass(length.dividedBy(2));
        ackedDuring = counts.acked.sum() - acked;
        refusedDuring = refused(counts) - refused;
        journalBytesAfter = server.journalBytes();
        assertThat(probe.readiness().isReady()).as("still away").isFalse();
        start.run();
        long backNanos = System.nanoTime();
        assertThat(probe.awaitReady(WAIT)).as("ready again").isTrue();
        backMs = (System.nanoTime() - backNanos) / 1_000_000;
        long ackedWhenBack = counts.acked.sum();
        await().atMost(WAIT).until(() -> counts.acked.sum() > ackedWhenBack + 50);
    }

    private boolean tellsOfIt(ServerProbe probe) throws InterruptedException {
        ServerProbe.Readiness readiness = probe.readiness();
        return readiness.status() == 503 && !readiness.body().contains("\"" + part + "\":\"ok\"");
    }

    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        Callable<Boolean> over = () -> System.nanoTime() >= end;
        await().atMost(time.plus(WAIT)).pollInterval(Duration.ofMillis(200)).until(over);
    }

    private static long refused(Counts counts) {
        return counts.errors().getOrDefault("503", 0L);
    }

    @Override
    public void describe(ObjectNode result) {
        ObjectNode outage = result.putObject("outage");
        outage.put("part", part);
        outage.put("seconds", length.toSeconds());
        outage.put("killedMeanwhile", killMeanwhile);
        outage.put("ackedDuring", ackedDuring);
        outage.put("refusedDuring", refusedDuring);
        outage.put("journalBytesBefore", journalBytesBefore);
        outage.put("journalBytesAfter", journalBytesAfter);
        outage.put("readyAfterMs", backMs);
    }
}
