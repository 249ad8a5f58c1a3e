package io.tapedeck.store.block;

import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.event.EventHead;
import io.tapedeck.store.event.Marker;
import io.tapedeck.store.event.MarkerDetector.Findings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Writes one recording to a file, streaming: the lines of one window after another, then everything else. Not
 * thread-safe; the caller closes it and owns the file.
 *
 * <pre>
 *  ├──────────┬──────────┬─ … ─┬────────────────────┬─────────────────────┬──────────────────┐
 *  │ frame    │ frame    │     │ marker track       │ index               │ seek table       │
 *  │ zstd     │ zstd     │     │ skippable 184D2A54 │ skippable 184D2A55  │ skippable …5E    │
 *  │ window 1 │ window 1 │     │                    │                     │                  │
 *  └──────────┴──────────┴─ … ─┴────────────────────┴─────────────────────┴──────────────────┘
 *
 *  marker track  magic u32 │ length u32 │ a zstd frame: a marker a line
 *  index         magic u32 │ length u32 │ "TAPEDREC" │ version u32 │ crc32c u32 │ JSON
 *  seek table    magic u32 │ length u32 │ { compressed u32 │ raw u32 } a frame │ frames u32 │ 0 │ 8F92EAB1
 * </pre>
 *
 * Numbers are little-endian. To zstd's own tools the file is a sequence of frames of which they pass over the skippable
 * ones, so that {@code zstdcat} prints exactly the lines.
 *
 * <p>The seek table is that of the zstd seekable format and describes all frames before it, the skippable ones with a raw
 * length of 0. Its last entry is the index: the last 17 bytes of the file tell where the index begins, so one read of the
 * file's end, or two, opens it. The checksum of the index covers version and JSON; that of a frame is in the index, and
 * each zstd frame has one of its own besides.
 *
 * <p><b>Where frames are cut.</b> A frame is what a player fetches and where it may begin, but what repeats in several
 * frames is stored several times. So a frame goes on until it has some {@value #FRAME_BYTES} bytes compressed, and then
 * up to the next full snapshot: the cut is before the page event that precedes it, which tells the page's size, or
 * before the snapshot itself if there is none. A frame with no such place is cut at {@value #FRAME_RAW_MAX} bytes raw; only
 * a single longer line makes a longer frame. Every frame holds lines of one window.
 */
public final class RecordingWriter implements AutoCloseable {
    public static final int DEFAULT_LEVEL = 9;

    static final int FRAME_BYTES = 512 * 1024;
    static final int FRAME_RAW_MAX = 32 * 1024 * 1024;

    private static final byte[] LINE_FEED = {'\n'};

    private final FileChannel file;
    private final int level;
    private final FrameEncoder encoder = new FrameEncoder(this::writeFrameBytes);
    private final List<FrameRef> frames = new ArrayList<>();
    private final Set<WindowId> windows = new HashSet<>();
    private long bytes;

    private WindowId window;
    private int previousType;

    private boolean inFrame;
    private long frameOffset;
    private int frameRaw;
    private int frameEvents;
    private long frameFirstAt;
    private long frameLastAt;
    private List<Long> frameSnapshots;
    private final CRC32C frameCrc = new CRC32C();

    /**
     * @param path created; must not exist
     * @param level of zstd, 1 to 19
     * @throws StoreException UNAVAILABLE if the file cannot be written; so do all methods
     */
    public RecordingWriter(Path path, int level) {
        this.level = level;
        try {
            file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            encoder.close();
            throw unavailable(e);
        }
    }

    /** The lines that follow are this window's. Each window is begun once. */
    public void beginWindow(WindowId next) {
        if (!windows.add(next)) {
            throw new IllegalArgumentException("a window begun twice");
        }
        endFrame();
        window = next;
        previousType = -1;
    }

    /** The next line of the window: the bytes that {@code head} was read from. The line feed is put here. */
    public void line(byte[] json, EventHead head) {
        int length = head.to() - head.from();
        if (isCutBefore(head, length)) {
            endFrame();
        }
        if (!inFrame) {
            beginFrame(head.timestamp());
        }
        encoder.write(json, head.from(), length);
        encoder.write(LINE_FEED, 0, 1);
        frameRaw += length + 1;
        frameEvents++;
        frameFirstAt = Math.min(frameFirstAt, head.timestamp());
        frameLastAt = Math.max(frameLastAt, head.timestamp());
        if (head.type() == EventHead.FULL_SNAPSHOT) {
            frameSnapshots.add(head.timestamp());
        }
        previousType = head.type();
    }

    private boolean isCutBefore(EventHead head, int length) {
        if (!inFrame) {
            return false;
        }
        if ((long) frameRaw + length + 1 > FRAME_RAW_MAX) {
            return true;
        }
        boolean beginsPage = head.type() == EventHead.META
                || (head.type() == EventHead.FULL_SNAPSHOT && previousType != EventHead.META);
        return beginsPage && bytes - frameOffset >= FRAME_BYTES;
    }

    private void beginFrame(long firstAt) {
        if (window == null) {
            throw new IllegalStateException("a line before the first window");
        }
        encoder.begin(level, FrameEncoder.UNKNOWN);
        inFrame = true;
        frameOffset = bytes;
        frameRaw = 0;
        frameEvents = 0;
        frameFirstAt = firstAt;
        frameLastAt = firstAt;
        frameSnapshots = new ArrayList<>();
        frameCrc.reset();
    }

    private void endFrame() {
        if (!inFrame) {
            return;
        }
        encoder.end();
        inFrame = false;
        frameSnapshots.sort(null);
        frames.add(new FrameRef(
                window,
                frameOffset,
                Math.toIntExact(bytes - frameOffset),
                frameRaw,
                (int) frameCrc.getValue(),
                frameEvents,
                frameFirstAt,
                frameLastAt,
                List.copyOf(frameSnapshots)));
    }

    /**
     * Writes markers, index and seek table. The file is complete when this returns, though not forced to the disk.
     *
     * @param facts counted over the whole part
     * @param chunks per window the chunks whose lines were written, in the order of the lines
     * @param findings with the markers of the whole part
     */
    public RecordingIndex finish(
            SessionKey session, int part, SessionFacts facts, Map<WindowId, List<ChunkRef>> chunks, Findings findings) {
        endFrame();
        byte[] markers = encodeMarkers(findings);
        write(RecordingLayout.skippableHeader(RecordingLayout.MARKERS_MAGIC, markers.length));
        RecordingIndex index = new RecordingIndex(
                session, part, facts, findings.activeMs(), List.copyOf(frames), chunks, bytes, markers.length);
        write(ByteBuffer.wrap(markers));
        int indexBytes = writeIndex(StoreJson.write(IndexDocument.of(index)));
        writeSeekTable(RecordingLayout.SKIPPABLE_HEADER_BYTES + markers.length, indexBytes);
        return index;
    }

    private byte[] encodeMarkers(Findings findings) {
        List<ByteBuffer> lines = new ArrayList<>(findings.markers().size() + 1);
        for (Marker marker : findings.markers()) {
            lines.add(ByteBuffer.wrap(MarkerLines.line(marker)));
        }
        if (findings.truncated()) {
            lines.add(ByteBuffer.wrap(MarkerLines.truncated()));
        }
        return Frames.encode(level, lines);
    }

    private int writeIndex(byte[] json) {
        int length = RecordingLayout.INDEX_HEADER_BYTES + json.length;
        if (length > RecordingLayout.INDEX_BYTES_MAX) {
            throw new IllegalStateException("an index of " + length + " bytes");
        }
        ByteBuffer header = RecordingLayout.allocate(RecordingLayout.INDEX_HEADER_BYTES)
                .put(RecordingLayout.INDEX_NAME)
                .putInt(FormatVersion.RECORDING)
                .putInt(RecordingLayout.indexChecksum(FormatVersion.RECORDING, json))
                .flip();
        write(RecordingLayout.skippableHeader(RecordingLayout.INDEX_MAGIC, length));
        write(header);
        write(ByteBuffer.wrap(json));
        return RecordingLayout.SKIPPABLE_HEADER_BYTES + length;
    }

    private void writeSeekTable(int markersBytes, int indexBytes) {
        int entries = frames.size() + 2;
        int length = entries * RecordingLayout.SEEK_ENTRY_BYTES + RecordingLayout.SEEK_FOOTER_BYTES;
        ByteBuffer table = RecordingLayout.allocate(length);
        for (FrameRef frame : frames) {
            table.putInt(frame.length()).putInt(frame.rawLength());
        }
        table.putInt(markersBytes).putInt(0);
        table.putInt(indexBytes).putInt(0);
        table.putInt(entries).put((byte) 0).putInt(RecordingLayout.SEEKABLE_MAGIC);
        write(RecordingLayout.skippableHeader(RecordingLayout.SEEK_TABLE_MAGIC, length));
        write(table.flip());
    }

    /** Bytes written to the file so far. */
    public long bytes() {
        return bytes;
    }

    private void writeFrameBytes(ByteBuffer part) {
        frameCrc.update(part.duplicate());
        write(part);
    }

    private void write(ByteBuffer part) {
        try {
            while (part.hasRemaining()) {
                bytes += file.write(part);
            }
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    /** Releases the file and the encoder. A recording that was not finished is left incomplete. */
    @Override
    public void close() {
        encoder.close();
        try {
            file.close();
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private static StoreException unavailable(IOException cause) {
        return new StoreException(StoreErrorKind.UNAVAILABLE, "a recording's file cannot be written", cause);
    }
}
