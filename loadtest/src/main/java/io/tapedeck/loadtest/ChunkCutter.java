package io.tapedeck.loadtest;

import java.util.ArrayList;
import java.util.List;

/** Cuts a recording as a recorder would: after so much time, or so many bytes, whichever comes first. */
final class ChunkCutter {
    static final long CHUNK_MS = 5_000;
    static final int CHUNK_BYTES = 20 * 1024;

    private ChunkCutter() {}

    /**
     * The events {@code [from, to)} of a recording.
     *
     * @param sendAfterMs when a recorder would send them, counted from the recording's start
     */
    record Slice(int from, int to, long sendAfterMs) {}

    /** All events, each in one slice, in order; no slice is empty. */
    static List<Slice> cut(Recording recording) {
        List<Recording.Event> events = recording.events();
        List<Slice> slices = new ArrayList<>();
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < events.size(); i++) {
            long openMs = events.get(i).timestamp() - events.get(from).timestamp();
            boolean full =
                    bytes > 0 && (openMs >= CHUNK_MS || bytes + events.get(i).bytes() > CHUNK_BYTES);
            if (full) {
                slices.add(slice(recording, from, i));
                from = i;
                bytes = 0;
            }
            bytes += events.get(i).bytes();
        }
        slices.add(slice(recording, from, events.size()));
        return List.copyOf(slices);
    }

    private static Slice slice(Recording recording, int from, int to) {
        long lastAt = recording.events().get(to - 1).timestamp();
        return new Slice(from, to, lastAt - recording.startedAt());
    }
}
