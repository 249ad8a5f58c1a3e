package io.tapedeck.store.merge;

import io.tapedeck.store.event.EventHead;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Lines and when each of them happened, in the order of time; those of the same time in the order of the lines. Immutable. */
public final class TimedLines {
    private static final int LINES_AT_FIRST = 256;

    private final byte[] json;
    /** Of the lines that count, in order of time: where it begins and ends, and its time. */
    private final int[] froms;

    private final int[] tos;
    private final long[] times;
    private final int count;
    private final boolean moved;

    private TimedLines(byte[] json, int[] froms, int[] tos, long[] times, int count, boolean moved) {
        this.json = json;
        this.moved = moved;
        this.froms = froms;
        this.tos = tos;
        this.times = times;
        this.count = count;
    }

    /**
     * @param json whole lines from {@code from} to {@code to}, which nobody may change
     * @param counts says of a line's number whether it counts
     */
    public static TimedLines of(byte[] json, int from, int to, IntPredicate counts) {
        EventHead head = new EventHead();
        int[] froms = new int[LINES_AT_FIRST];
        int[] tos = new int[LINES_AT_FIRST];
        long[] times = new long[LINES_AT_FIRST];
        int count = 0;
        int line = 0;
        int start = from;
        boolean sorted = true;
        for (int at = from; at < to; at++) {
            if (json[at] != '\n') {
                continue;
            }
            if (counts.test(line++)) {
                if (count == froms.length) {
                    froms = Arrays.copyOf(froms, 2 * count);
                    tos = Arrays.copyOf(tos, 2 * count);
                    times = Arrays.copyOf(times, 2 * count);
                }
                head.read(json, start, at);
                froms[count] = start;
                tos[count] = at;
                times[count] = head.timestamp();
                sorted &= count == 0 || times[count - 1] <= times[count];
                count++;
            }
            start = at + 1;
        }
        TimedLines lines = new TimedLines(json, froms, tos, times, count, false);
        return sorted ? lines : lines.sorted();
    }

    private TimedLines sorted() {
        int[] order = IntStream.range(0, count)
                .boxed()
                .sorted((a, b) -> Long.compare(times[a], times[b]))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] sortedFroms = new int[count];
        int[] sortedTos = new int[count];
        long[] sortedTimes = new long[count];
        for (int i = 0; i < count; i++) {
            sortedFroms[i] = froms[order[i]];
            sortedTos[i] = tos[order[i]];
            sortedTimes[i] = times[order[i]];
        }
        return new TimedLines(json, sortedFroms, sortedTos, sortedTimes, count, true);
    }

    /** How many lines count. */
    public int count() {
        return count;
    }

    /** Whether the lines were in another order. */
    public boolean isMoved() {
        return moved;
    }

    /** The lines, each with its line feed, one after another. */
    public List<ByteBuffer> parts() {
        return IntStream.range(0, count)
                .mapToObj(i -> ByteBuffer.wrap(json, froms[i], tos[i] + 1 - froms[i]))
                .toList();
    }

    public byte[] json() {
        return json;
    }

    public int from(int index) {
        return froms[index];
    }

    /** Where the line's line feed is. */
    public int to(int index) {
        return tos[index];
    }

    public long time(int index) {
        return times[index];
    }
}
