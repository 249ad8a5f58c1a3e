package io.tapedeck.loadtest;

import io.tapedeck.loadtest.Manifest.Frame;
import java.util.ArrayList;
import java.util.List;

/**
 * Which frames of a window the web app's player asks for, and in which requests: the rules are those of its {@code
 * framePlan.ts}.
 */
final class FramePlan {
    private static final long READ_AHEAD_MS = 120_000;
    private static final long READ_AHEAD_BYTES = 64L * 1024 * 1024;
    private static final int REQUEST_FRAMES_MAX = 24;
    private static final long REQUEST_BYTES_MAX = 8L * 1024 * 1024;
    private static final int REQUEST_ID_CHARS_MAX = 3_000;
    /** What separates two ids in an address. */
    private static final int SEPARATOR_CHARS = 3;

    private FramePlan() {}

    /** The frames without which there is no picture of instant {@code t}. */
    static List<Frame> needed(List<Frame> frames, long t) {
        return frames.subList(start(frames, t), end(frames, t));
    }

    /** Those, and what is read ahead to play on. */
    static List<Frame> opening(List<Frame> frames, long t) {
        int end = end(frames, t);
        List<Frame> plan = new ArrayList<>(needed(frames, t));
        long all = rawBytes(frames.subList(start(frames, t), frames.size()));
        long ahead = 0;
        for (Frame frame : frames.subList(end, frames.size())) {
            ahead += frame.bytesRaw();
            if (all <= READ_AHEAD_BYTES || (frame.firstAt() <= t + READ_AHEAD_MS && ahead <= READ_AHEAD_BYTES)) {
                plan.add(frame);
            }
        }
        return plan;
    }

    /** Cuts a plan into what is asked for at once. */
    static List<List<Frame>> requests(List<Frame> frames) {
        List<List<Frame>> requests = new ArrayList<>();
        List<Frame> open = new ArrayList<>();
        int chars = 0;
        for (Frame frame : frames) {
            boolean full = open.size() >= REQUEST_FRAMES_MAX
                    || rawBytes(open) + frame.bytesRaw() > REQUEST_BYTES_MAX
                    || chars + frame.id().length() > REQUEST_ID_CHARS_MAX;
            if (full && !open.isEmpty()) {
                requests.add(open);
                open = new ArrayList<>();
                chars = 0;
            }
            open.add(frame);
            chars += frame.id().length() + SEPARATOR_CHARS;
        }
        if (!open.isEmpty()) {
            requests.add(open);
        }
        return requests;
    }

    private static int start(List<Frame> frames, long t) {
        for (int i = frames.size() - 1; i >= 0; i--) {
            Frame frame = frames.get(i);
            if (frame.hasSnapshot() && frame.firstSnapshotAt() <= t) {
                // The Meta event before a snapshot may be in the frame before.
                return frame.firstSnapshotAt() <= frame.firstAt() && i > 0 ? i - 1 : i;
            }
        }
        return 0;
    }

    /** One past the last frame needed. */
    private static int end(List<Frame> frames, long t) {
        int end = start(frames, t) + 1;
        for (int i = end; i < frames.size(); i++) {
            if (frames.get(i).firstAt() <= t) {
                end = i + 1;
            }
        }
        if (frames.stream().limit(end).noneMatch(Frame::hasSnapshot)) {
            for (int i = 0; i < frames.size(); i++) {
                if (frames.get(i).hasSnapshot()) {
                    end = Math.max(end, i + 1);
                    break;
                }
            }
        }
        return Math.min(end, frames.size());
    }

    static long rawBytes(List<Frame> frames) {
        return frames.stream().mapToLong(Frame::bytesRaw).sum();
    }
}
