package io.tapedeck.store.block;

import com.github.luben.zstd.Zstd;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.MarkerTrack;
import io.tapedeck.store.RecordingIndex;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads the parts of a recording from their bytes (the format is at {@link RecordingWriter}). Stateless. Takes nothing on
 * trust: whatever the bytes are, it answers with what was written, or fails with CORRUPT or UNSUPPORTED_VERSION, and
 * allocates no more than the bounds of the format.
 */
public final class RecordingReader {
    /** What to read first: the index of most recordings is within as many of the last bytes. */
    public static final int TAIL_BYTES = 64 * 1024;

    /** The last entry of the seek table, and its footer. */
    private static final int TRAILER_BYTES = RecordingLayout.SEEK_ENTRY_BYTES + RecordingLayout.SEEK_FOOTER_BYTES;

    private RecordingReader() {}

    /**
     * How many of the object's last bytes {@link #index} needs. If that is more than {@code tail} has, the caller reads
     * once more.
     *
     * @param objectBytes size of the object
     * @param tail its last bytes, at least {@code min(TAIL_BYTES, objectBytes)}
     * @throws io.tapedeck.store.StoreException CORRUPT
     */
    public static int tailBytes(long objectBytes, ByteBuffer tail) {
        Trailer trailer = Trailer.read(objectBytes, tail);
        return trailer.indexBytes + trailer.seekTableBytes;
    }

    /**
     * @param objectBytes size of the object
     * @param tail at least as many of its last bytes as {@link #tailBytes} says; left as they were
     * @throws io.tapedeck.store.StoreException CORRUPT or UNSUPPORTED_VERSION
     */
    public static RecordingIndex index(long objectBytes, ByteBuffer tail) {
        Trailer trailer = Trailer.read(objectBytes, tail);
        int needed = trailer.indexBytes + trailer.seekTableBytes;
        if (tail.remaining() < needed) {
            throw new IllegalArgumentException("a tail of " + tail.remaining() + " bytes, not " + needed);
        }
        ByteBuffer frame = tail.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(tail.limit() - needed);
        int length = trailer.indexBytes - RecordingLayout.SKIPPABLE_HEADER_BYTES;
        byte[] name = new byte[RecordingLayout.INDEX_NAME.length];
        BlockBounds.require(
                frame.getInt() == RecordingLayout.INDEX_MAGIC && frame.getInt() == length, "a recording without index");
        frame.get(name);
        BlockBounds.require(Arrays.equals(name, RecordingLayout.INDEX_NAME), "a recording without index");
        int version = frame.getInt();
        int crc32c = frame.getInt();
        byte[] json = new byte[length - RecordingLayout.INDEX_HEADER_BYTES];
        frame.get(json);
        BlockBounds.require(
                RecordingLayout.indexChecksum(version, json) == crc32c,
                "a recording's index does not match its checksum");
        FormatVersion.require("a recording", version, FormatVersion.RECORDING);
        return StoreJson.read("a recording's index", json, 0, json.length, IndexDocument.class)
                .toIndex(objectBytes - needed);
    }

    /**
     * @param rev put into the result
     * @param track the bytes {@code [index.markersOffset, + index.markersLength)}; left as they were
     * @throws io.tapedeck.store.StoreException CORRUPT
     */
    public static MarkerTrack markers(long rev, ByteBuffer track) {
        byte[] frame = new byte[track.remaining()];
        track.duplicate().get(frame);
        BlockBounds.require(frame.length > 0, "an empty marker track");
        long rawLength = Zstd.getFrameContentSize(frame);
        BlockBounds.require(
                rawLength >= 0 && rawLength <= RecordingLayout.MARKERS_RAW_MAX, "a marker track of impossible length");
        return MarkerLines.read(rev, Frames.decode("a marker track", track, (int) rawLength));
    }

    /**
     * The lines of one frame.
     *
     * @param frame the bytes {@code [ref.offset, + ref.length)}; left as they were
     * @throws io.tapedeck.store.StoreException CORRUPT if they are not what {@code ref} says
     */
    public static byte[] lines(FrameRef ref, ByteBuffer frame) {
        return Frames.decode("a frame", frame, ref.length(), ref.rawLength(), ref.crc32c());
    }

    /** What the last bytes say: how long the index and the seek table are, each with its skippable frame's header. */
    private record Trailer(int indexBytes, int seekTableBytes) {
        static Trailer read(long objectBytes, ByteBuffer tail) {
            BlockBounds.require(
                    tail.remaining() >= TRAILER_BYTES && tail.remaining() <= objectBytes,
                    "a recording shorter than its trailer");
            ByteBuffer trailer = tail.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(tail.limit() - TRAILER_BYTES);
            int indexBytes = trailer.getInt();
            int indexRaw = trailer.getInt();
            int frames = trailer.getInt();
            int descriptor = trailer.get();
            BlockBounds.require(
                    trailer.getInt() == RecordingLayout.SEEKABLE_MAGIC && descriptor == 0,
                    "no recording: its last bytes are others");
            int indexBytesMin = RecordingLayout.SKIPPABLE_HEADER_BYTES + RecordingLayout.INDEX_HEADER_BYTES;
            BlockBounds.require(
                    frames >= 2
                            && frames <= RecordingLayout.FRAMES_MAX
                            && indexRaw == 0
                            && indexBytes >= indexBytesMin
                            && indexBytes <= RecordingLayout.INDEX_BYTES_MAX,
                    "a recording with an impossible seek table");
            int seekTableBytes = RecordingLayout.SKIPPABLE_HEADER_BYTES
                    + frames * RecordingLayout.SEEK_ENTRY_BYTES
                    + RecordingLayout.SEEK_FOOTER_BYTES;
            BlockBounds.require(
                    (long) indexBytes + seekTableBytes <= objectBytes, "a recording shorter than its index");
            return new Trailer(indexBytes, seekTableBytes);
        }
    }
}
