package io.tapedeck.store.merge;

import io.tapedeck.store.Lines;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Gives the lines of several sources of one window in the order of time; those of the same time in the order of the
 * sources' first times, then in the order given, then in that of the lines. Blocks; used by one thread.
 *
 * <pre>
 *   sources   ├───── a ─────┤        ├── c ──┤
 *                      ├──── b ────┤             ├─ d ─┤
 *   open       a       a b    b      c            d
 * </pre>
 *
 * Only sources are open whose time has come: mostly one or two, however many there are. Their bytes are bounded; beyond
 * that, a source waits until another one is through, and so its lines may come later than their time: none is lost. Such
 * sources are counted ({@link MergeMeters}). One is always open, however large.
 */
public final class TimeMerge {
    private final ArrayDeque<Source> waiting = new ArrayDeque<>();
    private final PriorityQueue<Source> open =
            new PriorityQueue<>(Comparator.comparingLong(Source::time).thenComparingInt(source -> source.position));
    private final long bytesMax;
    private final MergeMeters meters;
    private long openBytes;

    /** @param bytesMax of the sources that are open at a time */
    public TimeMerge(List<? extends LineSource> sources, long bytesMax, MergeMeters meters) {
        this.bytesMax = bytesMax;
        this.meters = meters;
        List<? extends LineSource> sorted = sources.stream()
                .sorted(Comparator.comparingLong(LineSource::firstAt))
                .toList();
        IntStream.range(0, sorted.size()).forEach(i -> waiting.add(new Source(sorted.get(i), i)));
    }

    private static final class Source {
        private final LineSource lines;
        private final int position;
        private TimedLines timed;
        private int next;
        private boolean delayed;

        Source(LineSource lines, int position) {
            this.lines = lines;
            this.position = position;
        }

        long time() {
            return timed.time(next);
        }
    }

    /** Whether there is nothing left to give. */
    public boolean isOver() {
        return open.isEmpty() && waiting.isEmpty();
    }

    /** Gives the next line to the consumer; false if there is none. */
    public boolean next(Lines.LineConsumer consumer) throws InterruptedException {
        openWhatIsDue();
        Source source = open.poll();
        if (source == null) {
            return false;
        }
        TimedLines timed = source.timed;
        consumer.line(timed.json(), timed.from(source.next), timed.to(source.next));
        source.next++;
        if (source.next < timed.count()) {
            open.add(source);
        } else {
            openBytes -= source.lines.rawLength();
            source.timed = null;
        }
        return true;
    }

    /** Gives all lines that are left to the consumer. */
    public void each(Lines.LineConsumer consumer) throws InterruptedException {
        while (!isOver()) {
            next(consumer);
        }
    }

    private void openWhatIsDue() throws InterruptedException {
        while (!waiting.isEmpty() && isDue(waiting.peek())) {
            Source source = waiting.poll();
            byte[] json = source.lines.open();
            source.timed = TimedLines.of(json, 0, json.length, source.lines::holds);
            if (source.timed.count() > 0) {
                openBytes += source.lines.rawLength();
                open.add(source);
            }
        }
    }

    private boolean isDue(Source source) {
        if (open.isEmpty()) {
            return true;
        }
        if (source.lines.firstAt() > open.peek().time()) {
            return false;
        }
        boolean hasRoom = openBytes + source.lines.rawLength() <= bytesMax;
        if (!hasRoom && !source.delayed) {
            source.delayed = true;
            meters.delayed();
        }
        return hasRoom;
    }
}
