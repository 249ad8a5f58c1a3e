package io.tapedeck.store.read;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WindowId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which frames of a session an answer is made of. Stateless. */
final class FrameSelection {
    private FrameSelection() {}

    /** Frames that cover {@code [from, to)}, from the last full snapshot at or before {@code from} on, window by window. */
    static List<StoredFrame> range(SessionView view, WindowId window, Long from, Long to) {
        List<WindowId> windows = window == null ? view.windows() : List.of(window);
        List<StoredFrame> selected = new ArrayList<>();
        for (WindowId one : windows) {
            List<StoredFrame> frames = view.frames(one);
            long start = from == null ? Long.MIN_VALUE : start(frames, from);
            long end = to == null ? Long.MAX_VALUE : to;
            for (StoredFrame frame : frames) {
                if (frame.lastAt() >= start && frame.firstAt() < end) {
                    selected.add(frame);
                }
            }
        }
        return selected;
    }

    /** The last full snapshot at or before {@code from}; {@code from} itself where nothing can be played before it. */
    private static long start(List<StoredFrame> frames, long from) {
        return frames.stream()
                .flatMap(frame -> frame.fullSnapshotTimes().stream())
                .filter(at -> at <= from)
                .max(Long::compare)
                .orElse(from);
    }

    /**
     * The frames with these ids, in the order of the ids.
     *
     * @throws StoreException CONFLICT if one is not among the session's frames
     */
    static List<StoredFrame> named(SessionView view, List<String> ids) {
        Map<String, StoredFrame> byId = new HashMap<>();
        view.frames().forEach(frame -> byId.put(frame.id(), frame));
        List<StoredFrame> selected = new ArrayList<>();
        for (String id : ids) {
            StoredFrame frame = byId.get(id);
            if (frame == null) {
                throw new StoreException(StoreErrorKind.CONFLICT, "a frame is not part of the session any more");
            }
            selected.add(frame);
        }
        return selected;
    }
}
