package io.tapedeck.store.block;

import io.tapedeck.store.FrameRef;
import io.tapedeck.store.MarkerTrack;
import io.tapedeck.store.RecordingIndex;
import java.nio.ByteBuffer;

/** Reads the parts of a recording from their bytes. Stateless; fails with CORRUPT or UNSUPPORTED_VERSION. */
@SuppressWarnings("DoNotCallSuggester")
public final class RecordingReader {
    /** What to read first: the index of most recordings is within as many of the last bytes. */
    public static final int TAIL_BYTES = 64 * 1024;

    private RecordingReader() {}

    /** As {@link SegmentReader#tailBytes}, for {@link #index}. */
    public static int tailBytes(long objectBytes, ByteBuffer tail) {
        throw new UnsupportedOperationException();
    }

    public static RecordingIndex index(long objectBytes, ByteBuffer tail) {
        throw new UnsupportedOperationException();
    }

    /**
     * @param rev put into the result
     * @param track the bytes {@code [index.markersOffset, + index.markersLength)}
     */
    public static MarkerTrack markers(long rev, ByteBuffer track) {
        throw new UnsupportedOperationException();
    }

    /** The lines of one frame, from the bytes {@code [ref.offset, + ref.length)}. */
    public static byte[] lines(FrameRef ref, ByteBuffer frame) {
        throw new UnsupportedOperationException();
    }
}
