package io.tapedeck.loadtest;

import io.tapedeck.loadtest.ChunkCutter.Slice;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Compares a replay with what was acked of one session, as multisets of events: equal events may occur several times, and
 * must then do so as often. Keeps hashes, not events. Used by one thread.
 */
final class SessionVerifier {
    /** By window: the chunks that must be there. */
    private final Map<PlayedWindow, BitSet> expected = new HashMap<>();
    /** By identity: how often it must and may occur, and how often it did. */
    private final Map<Long, Tally> tallies = new HashMap<>();

    private long corrupted;

    /**
     * What came out.
     *
     * @param chunksMissing acked chunks of which an event is not in the replay, or not as it was sent
     * @param eventsMissing such events
     * @param duplicated events that occur more often than they were sent
     * @param corrupted events that nobody sent
     */
    record Verdict(int chunksMissing, int eventsMissing, int duplicated, int corrupted) {
        boolean sound() {
            return eventsMissing == 0 && duplicated == 0 && corrupted == 0;
        }
    }

    private static final class Tally {
        private int must;
        private int may;
        private int seen;

        boolean missing() {
            return seen < must;
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
            Meaning meaning = Meaning.of(line);
            accept(meaning.identity());
        } catch (IOException e) {
            corrupted++;
        }
    }

    /** Takes it by what it is in the replay. */
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
        return new Verdict(chunksMissing(), eventsMissing, duplicated, Math.toIntExact(corrupted));
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
            Tally tally = tallies.computeIfAbsent(window.identity(i), identity -> new Tally());
            if (must) {
                tally.must++;
            } else {
                tally.may++;
            }
        }
    }
}
