package io.tapedeck.loadtest.codec;

import io.tapedeck.store.FrameRef;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What it takes to show one instant of a session: the frames from the one with the last full snapshot before it to the one
 * that has it. Not thread-safe.
 */
final class SeekCost {
    private static final int SEEKS = 200;
    private static final long SEED = 20;

    private final Settled settled;
    private final List<FrameRef> frames;
    private final long[] bytes = new long[SEEKS];
    private final long[] rawBytes = new long[SEEKS];
    private final long[] needed = new long[SEEKS];

    private SeekCost(Settled settled) {
        this.settled = settled;
        this.frames = settled.index().frames();
    }

    /** Seeks to random instants of the session, the same in every run. */
    static SeekCost of(Settled settled) {
        SeekCost cost = new SeekCost(settled);
        Random random = new Random(SEED);
        long from = cost.frames.get(0).firstAt();
        long to = cost.frames.get(cost.frames.size() - 1).lastAt();
        for (int i = 0; i < SEEKS; i++) {
            cost.seek(i, from + (long) (random.nextDouble() * (to - from)));
        }
        Arrays.sort(cost.bytes);
        Arrays.sort(cost.rawBytes);
        Arrays.sort(cost.needed);
        return cost;
    }

    private void seek(int seek, long at) {
        int last = 0;
        while (last + 1 < frames.size() && frames.get(last + 1).firstAt() <= at) {
            last++;
        }
        int first = last;
        while (first > 0 && !hasSnapshotBy(frames.get(first), at)) {
            first--;
        }
        for (int frame = first; frame <= last; frame++) {
            bytes[seek] += frames.get(frame).length();
        }
        long end = 0;
        long snapshot = 0;
        for (Settled.Line line : settled.lines()) {
            if (line.timestamp() > at) {
                break;
            }
            snapshot = line.isFullSnapshot() ? end : snapshot;
            end = line.rawEnd();
        }
        rawBytes[seek] = end - rawStart(first);
        needed[seek] = end - snapshot;
    }

    private static boolean hasSnapshotBy(FrameRef frame, long at) {
        return frame.fullSnapshotTimes().stream().anyMatch(time -> time <= at);
    }

    private long rawStart(int frame) {
        return frames.subList(0, frame).stream().mapToLong(FrameRef::rawLength).sum();
    }

    long bytesMedian() {
        return bytes[SEEKS / 2];
    }

    long bytesMax() {
        return bytes[SEEKS - 1];
    }

    /** Of the raw bytes, those from the last full snapshot on: what no way of cutting frames can do without. */
    long neededMedian() {
        return needed[SEEKS / 2];
    }

    long rawBytesMedian() {
        return rawBytes[SEEKS / 2];
    }

    long rawBytesMax() {
        return rawBytes[SEEKS - 1];
    }
}
