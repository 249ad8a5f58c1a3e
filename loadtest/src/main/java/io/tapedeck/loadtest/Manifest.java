package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a viewer learns of a session before it asks for events. Immutable.
 *
 * @param settled whether the server expects nothing more
 * @param windows those with frames, each with its frames in play order
 */
record Manifest(String session, long rev, boolean settled, List<Window> windows) {
    /** One browser tab: its frames, and the range of its events' times, both ends included. */
    record Window(String id, long firstAt, long lastAt, List<Frame> frames) {
        private Window followedBy(Window next) {
            List<Frame> both = new ArrayList<>(frames);
            both.addAll(next.frames);
            return new Window(id, next.firstAt, next.lastAt, List.copyOf(both));
        }
    }

    /**
     * The unit in which events are asked for.
     *
     * @param events the lines that it yields
     * @param firstSnapshotAt time of its first full snapshot, or -1 if it has none
     */
    record Frame(
            String id,
            String window,
            long firstAt,
            long lastAt,
            int events,
            long bytes,
            long bytesRaw,
            long firstSnapshotAt) {
        boolean hasSnapshot() {
            return firstSnapshotAt >= 0;
        }
    }

    static Manifest of(JsonNode json) {
        List<Window> windows = new ArrayList<>();
        for (JsonNode window : json.path("windows")) {
            String id = window.path("id").asText();
            List<Frame> frames = new ArrayList<>();
            for (JsonNode frame : json.path("frames")) {
                if (frame.path("window").asText().equals(id)) {
                    frames.add(frame(frame));
                }
            }
            if (!frames.isEmpty()) {
                windows.add(new Window(
                        id,
                        window.path("firstAt").asLong(),
                        window.path("lastAt").asLong(),
                        List.copyOf(frames)));
            }
        }
        return new Manifest(
                json.at("/session/id").asText(),
                json.path("rev").asLong(),
                json.at("/session/phase").asText().equals("settled"),
                List.copyOf(windows));
    }

    /** This one with what a live stream says was added: frames that follow those of their windows. */
    Manifest grownBy(Manifest added) {
        Map<String, Window> all = new LinkedHashMap<>();
        windows.forEach(window -> all.put(window.id(), window));
        added.windows.forEach(window -> all.merge(window.id(), window, Window::followedBy));
        return new Manifest(session, added.rev, added.settled, List.copyOf(all.values()));
    }

    List<Frame> frames() {
        return windows.stream().flatMap(window -> window.frames().stream()).toList();
    }

    private static Frame frame(JsonNode frame) {
        long firstSnapshotAt = -1;
        for (JsonNode at : frame.path("fullSnapshots")) {
            firstSnapshotAt = firstSnapshotAt < 0 ? at.asLong() : Math.min(firstSnapshotAt, at.asLong());
        }
        return new Frame(
                frame.path("id").asText(),
                frame.path("window").asText(),
                frame.path("firstAt").asLong(),
                frame.path("lastAt").asLong(),
                frame.path("events").asInt(),
                frame.path("bytes").asLong(),
                frame.path("bytesRaw").asLong(),
                firstSnapshotAt);
    }
}
