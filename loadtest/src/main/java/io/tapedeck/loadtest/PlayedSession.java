package io.tapedeck.loadtest;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One virtual visit: its id and its windows. Keeps no events. Thread-safe. */
final class PlayedSession {
    private final String id;
    private final List<PlayedWindow> windows = new CopyOnWriteArrayList<>();

    PlayedSession(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    /** The windows, in the order in which they were opened. */
    List<PlayedWindow> windows() {
        return windows;
    }

    PlayedSession with(PlayedWindow window) {
        windows.add(window);
        return this;
    }

    /** Whether all of it was sent, and each chunk acked or given up. */
    boolean isOver() {
        return windows.stream().allMatch(PlayedWindow::isOver);
    }

    /** Whether anything of it must be in the replay. */
    boolean hasAcked() {
        return windows.stream().anyMatch(window -> !window.acked().isEmpty());
    }
}
