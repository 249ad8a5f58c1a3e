package io.tapedeck.loadtest.scale;

import io.tapedeck.store.flush.FlushPolicy;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/**
 * One gateway's chunks and segments, with the bounds by which the store seals them: visits begin at random moments, each
 * sends a chunk at its own pace until it ends, and then another begins. No bytes are moved. The same seed gives the same
 * figures. Not thread-safe.
 */
final class GatewaySimulation {
    private final FlushPolicy policy;
    private final Visits visits;
    private final PriorityQueue<Visit> due = new PriorityQueue<>(Comparator.comparingLong(Visit::dueAt));
    private final Set<Long> inSegment = new HashSet<>();
    private long openedAt;
    private long openBytes;
    private long segments;
    private long blocks;

    /**
     * @param atOnce how many there are on this gateway
     * @param packedBytes what a chunk takes of its segment: the bounds are of packed bytes
     * @param everyMs pause between two chunks of one visit
     * @param lengthMs of a visit
     */
    record Visits(int atOnce, long packedBytes, long everyMs, long lengthMs) {}

    /**
     * What one gateway does in a second.
     *
     * @param blocks sessions' parts of segments: each is read once when its session is settled
     * @param sessions that end
     */
    record Rates(double chunks, double segments, double blocks, double sessions) {}

    private record Visit(long session, long dueAt, long endsAt) {}

    GatewaySimulation(FlushPolicy policy, Visits visits, long seed) {
        this.policy = policy;
        this.visits = visits;
        Random random = new Random(seed);
        for (int i = 0; i < visits.atOnce(); i++) {
            due.add(new Visit(i, random.nextLong(visits.everyMs()), random.nextLong(visits.lengthMs())));
        }
    }

    /** Simulates the first {@code ms} of them; at the beginning, visits are at all their stages. */
    Rates run(long ms) {
        long chunks = 0;
        long ended = 0;
        long sessions = visits.atOnce();
        while (due.element().dueAt() < ms) {
            Visit visit = due.remove();
            take(visit.session(), visit.dueAt());
            chunks++;
            long next = visit.dueAt() + visits.everyMs();
            if (next <= visit.endsAt()) {
                due.add(new Visit(visit.session(), next, visit.endsAt()));
            } else {
                ended++;
                due.add(new Visit(sessions++, next, next + visits.lengthMs()));
            }
        }
        seal();
        double seconds = ms / 1_000.0;
        return new Rates(chunks / seconds, segments / seconds, blocks / seconds, ended / seconds);
    }

    private void take(long session, long now) {
        if (!inSegment.isEmpty() && now - openedAt >= policy.sealAgeMs()) {
            seal();
        }
        if (inSegment.isEmpty()) {
            openedAt = now;
        }
        inSegment.add(session);
        openBytes += visits.packedBytes();
        if (openBytes >= policy.sealBytes()) {
            seal();
        }
    }

    private void seal() {
        if (!inSegment.isEmpty()) {
            segments++;
            blocks += inSegment.size();
            inSegment.clear();
            openBytes = 0;
        }
    }
}
