package io.tapedeck.store.block;

import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.event.EventHead;
import io.tapedeck.store.event.MarkerDetector.Findings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes one recording to a file, streaming. Not thread-safe; the caller closes it and owns the file. */
@SuppressWarnings("DoNotCallSuggester")
public final class RecordingWriter implements AutoCloseable {
    public static final int DEFAULT_LEVEL = 9;

    /**
     * @param file created; must not exist
     * @param level of zstd, 1 to 19
     */
    public RecordingWriter(Path file, int level) {}

    /** The lines that follow are this window's. Each window is begun once. */
    public void beginWindow(WindowId window) {
        throw new UnsupportedOperationException();
    }

    /** The next line of the window, without its line feed: the bytes that {@code head} was read from. */
    public void line(byte[] json, EventHead head) {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes markers, index and seek table. The file is complete and flushed to the operating system when this returns.
     *
     * @param facts counted over the whole part
     * @param chunks per window the chunks whose lines were written, in the order of the lines
     */
    public RecordingIndex finish(
            SessionKey session, int part, SessionFacts facts, Map<WindowId, List<ChunkRef>> chunks, Findings findings) {
        throw new UnsupportedOperationException();
    }

    /** Bytes written to the file so far. */
    public long bytes() {
        throw new UnsupportedOperationException();
    }

    /** Releases the file and the encoder. A recording that was not finished is left incomplete. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
