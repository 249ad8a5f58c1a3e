package io.tapedeck.loadtest;

import io.tapedeck.loadtest.ChunkCutter.Slice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Compares a replay with what was acked of one session, as multisets of events: equal events may occur several times, and
 * must then do so as often. Where it is given lines, it tells how many are behind one that follows them in the recording.
 * Keeps hashes, not events. Used by one thread.
 */
final class SessionVerifier {
    /** By window: the chunks that must be there. */
    private final Map<PlayedWindow, BitSet> expected = new HashMap<>();
    /** By identity: how often it must and may occur, and how often it did. */
    private final Map<Long, Tally> tallies = new HashMap<>();

    /** By window: where in the recording the last event was that came in order. */
    private final Map<PlayedWindow, Integer> reached = new HashMap<>();

    private long corrupted;
    private int outOfOrder;

    /**
     * What came out.
     *
     * @param chunksMissing acked chunks of which an event is not in the replay, or not as it was sent
     * @param eventsMissing such events
     * @param duplicated events that occur more often than they were sent
     * @param corrupted events that nobody sent
     * @param outOfOrder events of a window that came behind one that follows them
     */
    record Verdict(int chunksMissing, int eventsMissing, int duplicated, int corrupted, int outOfOrder) {
        boolean sound() {
            return eventsMissing == 0 && duplicated == 0 && corrupted == 0 && outOfOrder == 0;
        }

        /** The same of a replay that owes no order. */
        Verdict inAnyOrder() {
            return new Verdict(chunksMissing, eventsMissing, duplicated, corrupted, 0);
        }
    }

    private static final class Tally {
        private final PlayedWindow window;
        /** Where in the recording it is. */
        private final List<Integer> places = new ArrayList<>(1);

        private int must;
        private int may;
        private int seen;

        Tally(PlayedWindow window) {
            this.window = window;
        }

        boolean missing() {
            return seen < must;
        }

        boolean surplus() {
            return seen > must + may;
        }

        /** The first place after another; of events that are equal, so that no order is called wrong that may be right. */
        OptionalInt firstAfter(int last) {
            return places.stream()
                    .mapToInt(Integer::intValue)
                    .filter(place -> place > last)
                    .min();
        }
    }

    SessionVerifier(PlayedSession played) {
        for (PlayedWindow window : played.windows()) {
            BitSet acked = window.acked();
            BitSet unsure = window.unsure();
            expected.put(window, acked);
            acked.stream().forEach(slice -> count(window, slice, true));
            unsure.stream().forEach(slice -> count(window, slice, false));
        }
    }

    /** Takes the replay's next event. */
    void accept(byte[] line) {
        try {
            long identity = Meaning.of(line).identity();
            accept(identity);
            place(tallies.get(identity));
        } catch (IOException e) {
            corrupted++;
        }
    }

    /** @param tally of the event that came, or null if nobody sent it */
    private void place(Tally tally) {
        if (tally == null || tally.surplus()) {
            return;
        }
        OptionalInt next = tally.firstAfter(reached.getOrDefault(tally.window, -1));
        if (next.isPresent()) {
            reached.put(tally.window, next.getAsInt());
        } else {
            outOfOrder++;
        }
    }

    /** Takes it by what it is in the replay, whatever came before. */
    void accept(long identity) {
        Tally tally = tallies.get(identity);
        if (tally == null) {
            corrupted++;
        } else {
            tally.seen++;
        }
    }

    Verdict verdict() {
        int eventsMissing = 0;
        int duplicated = 0;
        for (Tally tally : tallies.values()) {
            eventsMissing += Math.max(0, tally.must - tally.seen);
            duplicated += Math.max(0, tally.seen - tally.must - tally.may);
        }
        return new Verdict(chunksMissing(), eventsMissing, duplicated, Math.toIntExact(corrupted), outOfOrder);
    }

    private int chunksMissing() {
        long missing = 0;
        for (Map.Entry<PlayedWindow, BitSet> acked : expected.entrySet()) {
            missing += acked.getValue().stream()
                    .filter(slice -> hasMissing(acked.getKey(), slice))
                    .count();
        }
        return Math.toIntExact(missing);
    }

    private boolean hasMissing(PlayedWindow window, int slice) {
        Slice range = window.slices().get(slice);
        for (int i = range.from(); i < range.to(); i++) {
            if (tallies.get(window.identity(i)).missing()) {
                return true;
            }
        }
        return false;
    }

    private void count(PlayedWindow window, int slice, boolean must) {
        Slice range = window.slices().get(slice);
        for (int i = range.from(); i < range.to(); i++) {
            Tally tally = tallies.computeIfAbsent(window.identity(i), identity -> new Tally(window));
            tally.places.add(i);
            if (must) {
                tally.must++;
            } else {
                tally.may++;
            }
        }
    }
}
