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
    private final PlayedSession played;
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
        this.played = played;
        played.acked().stream().forEach(slice -> count(slice, true));
        played.unsure().stream().forEach(slice -> count(slice, false));
    }

    /** Takes the replay's next event. */
    void accept(byte[] line) {
        try {
            Meaning meaning = Meaning.of(line);
            long identity = Meaning.at(meaning.hash(), meaning.timestamp(), String.valueOf(meaning.window()));
            Tally tally = tallies.get(identity);
            if (tally == null) {
                corrupted++;
            } else {
                tally.seen++;
            }
        } catch (IOException e) {
            corrupted++;
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
        BitSet acked = played.acked();
        return (int) acked.stream().filter(this::hasMissing).count();
    }

    private boolean hasMissing(int slice) {
        Slice range = played.slices().get(slice);
        for (int i = range.from(); i < range.to(); i++) {
            if (tallies.get(identity(i)).missing()) {
                return true;
            }
        }
        return false;
    }

    private void count(int slice, boolean must) {
        Slice range = played.slices().get(slice);
        for (int i = range.from(); i < range.to(); i++) {
            Tally tally = tallies.computeIfAbsent(identity(i), identity -> new Tally());
            if (must) {
                tally.must++;
            } else {
                tally.may++;
            }
        }
    }

    private long identity(int event) {
        return played.recording().events().get(event).identity(played.shiftMs(), played.window());
    }
}
