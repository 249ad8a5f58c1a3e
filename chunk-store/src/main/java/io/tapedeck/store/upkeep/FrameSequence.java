package io.tapedeck.store.upkeep;

import io.tapedeck.store.FrameRef;
import io.tapedeck.store.Lines;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.List;

/**
 * Lines of one window in one object, in order: a block, or the window's frames of a recording. Immutable.
 */
final class FrameSequence {
    private final String objectKey;
    private final List<FrameRef> frames;
    /** The number of each frame's first line in the sequence. */
    private final long[] firstLines;

    FrameSequence(String objectKey, List<FrameRef> frames) {
        this.objectKey = objectKey;
        this.frames = frames;
        this.firstLines = new long[frames.size()];
        long lines = 0;
        for (int i = 0; i < firstLines.length; i++) {
            firstLines[i] = lines;
            lines += frames.get(i).events();
        }
    }

    String objectKey() {
        return objectKey;
    }

    List<FrameRef> frames() {
        return frames;
    }

    /** Gives the lines {@code [from, from + count)} to the consumer. */
    void each(long from, int count, DecodedFrames decoded, Lines.LineConsumer consumer) throws InterruptedException {
        int frame = frameOf(from);
        long line = from;
        while (line < from + count) {
            if (frame >= frames.size()) {
                throw new StoreException(StoreErrorKind.CORRUPT, objectKey + " has fewer lines than its chunks");
            }
            DecodedFrames.Decoded lines = decoded.get(objectKey, frames.get(frame));
            long end = Math.min(from + count, firstLines[frame] + lines.count());
            for (; line < end; line++) {
                int index = (int) (line - firstLines[frame]);
                consumer.line(lines.bytes(), lines.from(index), lines.to(index));
            }
            frame++;
        }
    }

    /** The lines {@code [from, from + count)} will be asked for after all that were expected before them. */
    void expect(long from, int count, DecodedFrames decoded) {
        for (int frame = frameOf(from); frame < frames.size() && firstLines[frame] < from + count; frame++) {
            decoded.expect(objectKey, frames.get(frame));
        }
    }

    /** The last frame whose first line is not after {@code line}. */
    private int frameOf(long line) {
        int frame = 0;
        while (frame + 1 < firstLines.length && firstLines[frame + 1] <= line) {
            frame++;
        }
        return frame;
    }
}
