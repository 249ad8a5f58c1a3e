package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * {@code kill -9} at random moments, each time followed by a start: mostly while the server takes chunks, settles and
 * deletes, one time in five while it starts and recovers.
 */
final class Kills implements Disturbance {
    private static final int STARTING_ONE_IN = 5;
    private static final Duration START_MAX = Duration.ofMinutes(3);

    private final int count;
    private final int upMsMax;
    private final Random random;
    private final List<Long> recoveriesMs = new ArrayList<>();
    private int done;
    private int whileStarting;

    /** @param upMax longest time between ready and the next kill */
    Kills(int count, Duration upMax, long seed) {
        this.count = count;
        this.upMsMax = Math.toIntExact(upMax.toMillis());
        this.random = new Random(seed);
    }

    @Override
    public void run(CampaignServer server, ServerProbe probe, Counts counts) throws IOException, InterruptedException {
        long expectedMs = 1_000;
        while (done < count) {
            Thread.sleep(random.nextInt(upMsMax));
            kill(server);
            while (done < count && random.nextInt(STARTING_ONE_IN) == 0) {
                Thread.sleep(random.nextInt(Math.toIntExact(expectedMs)));
                kill(server);
                whileStarting++;
            }
            expectedMs = recover(probe);
        }
    }

    private void kill(CampaignServer server) throws IOException, InterruptedException {
        if (!server.isRunning()) {
            throw new IOException("the server has ended by itself; see " + server.log());
        }
        server.kill();
        done++;
        server.start();
    }

    private long recover(ServerProbe probe) throws IOException, InterruptedException {
        long startedNanos = System.nanoTime();
        if (!probe.awaitReady(START_MAX)) {
            throw new IOException("the server was not ready within " + START_MAX + " of a start");
        }
        long tookMs = 1 + (System.nanoTime() - startedNanos) / 1_000_000;
        recoveriesMs.add(tookMs);
        return tookMs;
    }

    @Override
    public void describe(ObjectNode result) {
        result.put("kills", done);
        result.put("killsWhileStarting", whileStarting);
        result.put("restarts", done);
        List<Long> sorted = new ArrayList<>(recoveriesMs);
        Collections.sort(sorted);
        ObjectNode recovery = result.putObject("recoveryMs");
        if (!sorted.isEmpty()) {
            recovery.put("p50", sorted.get(sorted.size() / 2));
            recovery.put("p90", sorted.get(sorted.size() * 9 / 10));
            recovery.put("max", sorted.get(sorted.size() - 1));
        }
    }
}
