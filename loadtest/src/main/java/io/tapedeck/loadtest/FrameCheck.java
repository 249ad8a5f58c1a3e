package io.tapedeck.loadtest;

import io.tapedeck.loadtest.Manifest.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Compares an answer with events to the manifest: as many lines as each frame has, and each of the frame's window. */
final class FrameCheck {
    private FrameCheck() {}

    /**
     * Reads an answer to its end.
     *
     * @param frames that were asked for, in that order
     * @return what is wrong; empty if nothing is
     */
    static Optional<String> wrong(List<Frame> frames, String coding, byte[] body) {
        return wrong(frames, coding, body, (frame, line) -> {});
    }

    /** Takes the lines that are right, one after the other. */
    interface LineTaker {
        /** @throws IOException if the line is wrong after all */
        void take(Frame frame, byte[] line) throws IOException;
    }

    /** The same; each line is given to {@code taker}, up to the first that is wrong. */
    static Optional<String> wrong(List<Frame> frames, String coding, byte[] body, LineTaker taker) {
        try (InputStream content = Content.decoded(coding, body)) {
            LineReader lines = new LineReader(content);
            for (Frame frame : frames) {
                Optional<String> wrong = wrong(frame, lines, taker);
                if (wrong.isPresent()) {
                    return wrong;
                }
            }
            return lines.next() == null ? Optional.empty() : Optional.of("more lines than the frames have");
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static Optional<String> wrong(Frame frame, LineReader lines, LineTaker taker) throws IOException {
        byte[] head = ("{\"w\":\"" + frame.window() + "\"").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < frame.events(); i++) {
            byte[] line = lines.next();
            if (line == null) {
                return Optional.of("frame " + frame.id() + " ends after " + i + " of " + frame.events() + " lines");
            }
            boolean whole = line.length > head.length
                    && line[line.length - 1] == '}'
                    && Arrays.equals(line, 0, head.length, head, 0, head.length);
            if (!whole) {
                return Optional.of("line " + i + " of frame " + frame.id() + " is no event of its window");
            }
            taker.take(frame, line);
        }
        return Optional.empty();
    }
}
