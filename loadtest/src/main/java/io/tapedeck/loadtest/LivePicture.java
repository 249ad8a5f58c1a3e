package io.tapedeck.loadtest;

import io.tapedeck.loadtest.ChunkCutter.Slice;
import io.tapedeck.loadtest.Manifest.Frame;
import io.tapedeck.loadtest.SessionVerifier.Verdict;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one viewer has of a session that is being recorded, and since when. Keeps hashes, not events. Used by one thread.
 *
 * <p>What the server owes: the events of a frame are in the order of the recording; a window's frames are in the order of
 * their first events; the frames of one manifest have each acked event once. Frames may overlap, since chunks may arrive
 * in another order than they were sent in.
 */
final class LivePicture {
    private final PlayedSession played;
    private final LiveCounts counts;
    private final Map<String, WindowPicture> windows = new HashMap<>();
    /** By id of a frame: the events in it, by what they are in the replay. */
    private final Map<String, long[]> held = new HashMap<>();
    /** Frames that are listed and not here. */
    private final Map<String, Frame> wanted = new LinkedHashMap<>();

    private boolean listed;

    /** One window: when each of its chunks was seen whole. */
    private static final class WindowPicture {
        private final PlayedWindow played;
        /** By what it is in the replay: where an event is in the recording, in ascending order. */
        private final Map<Long, List<Integer>> places = new HashMap<>();

        private final BitSet events = new BitSet();
        private final long[] seenNanos;
        private final BitSet seen = new BitSet();

        WindowPicture(PlayedWindow played) {
            this.played = played;
            this.seenNanos = new long[played.slices().size()];
            int end = played.slices().get(played.slices().size() - 1).to();
            for (int i = 0; i < end; i++) {
                places.computeIfAbsent(played.identity(i), identity -> new ArrayList<>(1))
                        .add(i);
            }
        }

        /** Takes a frame's events; returns how many of them are behind one that follows them in the recording. */
        int take(long[] identities, long atNanos) {
            int misplaced = 0;
            int last = -1;
            for (long identity : identities) {
                List<Integer> possible = places.getOrDefault(identity, List.of());
                possible.stream()
                        .filter(place -> !events.get(place))
                        .findFirst()
                        .ifPresent(events::set);
                int next = firstAfter(last, possible);
                if (next >= 0) {
                    last = next;
                } else if (!possible.isEmpty()) {
                    misplaced++;
                }
            }
            for (int slice = 0; slice < seenNanos.length; slice++) {
                Slice range = played.slices().get(slice);
                if (!seen.get(slice) && events.nextClearBit(range.from()) >= range.to()) {
                    seen.set(slice);
                    seenNanos[slice] = atNanos;
                }
            }
            return misplaced;
        }

        /** Of events that are equal the first one that fits: so no order is called wrong that may be right. */
        private static int firstAfter(int last, List<Integer> possible) {
            for (int place : possible) {
                if (place > last) {
                    return place;
                }
            }
            return -1;
        }

        boolean hasAllAcked() {
            BitSet missing = played.acked();
            missing.andNot(seen);
            return missing.isEmpty();
        }

        /** @param fromNanos chunks that were sent before are not timed */
        void time(long fromNanos, LiveCounts counts) {
            BitSet timed = played.acked();
            timed.and(seen);
            timed.stream().filter(slice -> played.sentNanos(slice) >= fromNanos).forEach(slice -> {
                long seenAt = seenNanos[slice];
                counts.seenAfter(
                        (seenAt - played.sentNanos(slice)) / 1_000, (seenAt - played.ackedNanos(slice)) / 1_000);
            });
        }
    }

    LivePicture(PlayedSession played, LiveCounts counts) {
        this.played = played;
        this.counts = counts;
    }

    /** Takes over a manifest that leads on from the one before: nothing that was listed is gone. */
    void grow(Manifest grown) {
        list(grown);
    }

    /** Takes over a manifest that was fetched anew: what it does not list is given up. */
    void replace(Manifest fetched) {
        if (listed) {
            counts.surplus(verdict());
        }
        held.keySet().retainAll(fetched.frames().stream().map(Frame::id).collect(Collectors.toSet()));
        list(fetched);
    }

    private void list(Manifest manifest) {
        listed = true;
        wanted.clear();
        for (Manifest.Window window : manifest.windows()) {
            long before = Long.MIN_VALUE;
            for (Frame frame : window.frames()) {
                if (frame.firstAt() < before) {
                    counts.outOfOrder();
                }
                before = frame.firstAt();
                if (!held.containsKey(frame.id())) {
                    wanted.put(frame.id(), frame);
                }
            }
        }
    }

    /** The frames that are listed and not here. */
    List<Frame> wanted() {
        return List.copyOf(wanted.values());
    }

    /** Takes the events of a frame, which came at {@code atNanos}; returns false if it is not wanted any more. */
    boolean take(Frame frame, long[] identities, long atNanos) {
        if (wanted.remove(frame.id()) == null) {
            return false;
        }
        held.put(frame.id(), identities);
        WindowPicture window = window(frame.window());
        if (window != null) {
            int misplaced = window.take(identities, atNanos);
            for (int i = 0; i < misplaced; i++) {
                counts.outOfOrder();
            }
        }
        return true;
    }

    /** Null if the session has no such window: its events are strange to the verdict. */
    private WindowPicture window(String id) {
        if (!windows.containsKey(id)) {
            played.windows().stream()
                    .filter(window -> window.id().equals(id))
                    .findFirst()
                    .ifPresent(window -> windows.put(id, new WindowPicture(window)));
        }
        return windows.get(id);
    }

    /** Whether all that is listed is here, and every chunk that is acked by now was seen. */
    boolean hasAllAcked() {
        return wanted.isEmpty()
                && played.windows().stream().allMatch(window -> {
                    WindowPicture picture = windows.get(window.id());
                    return picture == null ? window.acked().isEmpty() : picture.hasAllAcked();
                });
    }

    /**
     * Counts what is here, and what is wrong with it.
     *
     * @param fromNanos chunks sent before are not timed; {@link Long#MAX_VALUE} times none
     */
    void end(long fromNanos) {
        windows.values().forEach(window -> window.time(fromNanos, counts));
        counts.ended(
                windows.values().stream()
                        .mapToInt(window -> window.seen.cardinality())
                        .sum(),
                held.values().stream().mapToInt(identities -> identities.length).sum(),
                verdict());
    }

    private Verdict verdict() {
        SessionVerifier verifier = new SessionVerifier(played);
        for (long[] identities : held.values()) {
            for (long identity : identities) {
                verifier.accept(identity);
            }
        }
        return verifier.verdict();
    }
}
