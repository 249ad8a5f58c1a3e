package io.tapedeck.store.block;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;

/**
 * Lays blocks of many sessions back to back into one segment, in memory. Not thread-safe.
 *
 * <pre>
 * 0
 * ├───────────┬───────────┬── … ──┬─────────────┬────────┬────────┬─────────┬──────────┐
 * │ block     │ block     │       │ footer      │ length │ crc32c │ version │ magic    │
 * │ zstd      │ zstd      │       │ JSON, UTF-8 │ u32    │ u32    │ u32     │ TAPEDSEG │
 * └───────────┴───────────┴── … ──┴─────────────┴────────┴────────┴─────────┴──────────┘
 *                                 │◄── length ─►│◄───── trailer, 20 bytes ────────────►│
 * </pre>
 *
 * Numbers are little-endian. Each block is one zstd frame, told apart only by what the footer says of it. The checksum
 * covers footer, length and version, so that no damage to the trailer can be taken for another version.
 *
 * <p>The footer comes last because it holds what is known only at the end, and because one read of the object's last bytes
 * then gives all that is needed to read any block, or to rebuild the catalog's rows.
 */
public final class SegmentWriter {
    static final byte[] MAGIC = "TAPEDSEG".getBytes(StandardCharsets.US_ASCII);
    static final int TRAILER_BYTES = 3 * Integer.BYTES + 8;
    /** The most that a reader takes for a footer. */
    static final int FOOTER_BYTES_MAX = 64 * 1024 * 1024;

    private final String node;
    private final long epoch;
    private final List<ByteBuffer> frames = new ArrayList<>();
    private final Map<SessionKey, SegmentSession> sessions = new LinkedHashMap<>();
    private int bytes;

    /**
     * @param node who writes it
     * @param epoch of that node
     */
    public SegmentWriter(String node, long epoch) {
        this.node = node;
        this.epoch = epoch;
    }

    /** Adds a block and what it adds to the facts of its session (joined with what was added before). */
    public void add(SessionKey session, SessionFacts facts, EncodedBlock block) {
        add(session, facts, List.of(block));
    }

    /** Adds blocks of a session, and the facts of all of them together (joined with what was added before). */
    public void add(SessionKey session, SessionFacts facts, List<EncodedBlock> blocks) {
        SegmentSession before = sessions.get(session);
        List<BlockRef> placed = before == null ? new ArrayList<>() : before.blocks();
        for (EncodedBlock block : blocks) {
            BlockRef ref = at(bytes, block.ref());
            bytes = Math.addExact(bytes, ref.length());
            frames.add(block.frame());
            placed.add(ref);
        }
        sessions.put(
                session,
                new SegmentSession(
                        session, before == null ? facts : before.facts().plus(facts), placed));
    }

    /** Bytes of the blocks so far. */
    public int bytes() {
        return bytes;
    }

    /** As {@link #finish(long, long, IntFunction)}, in an array of its own. */
    public Segment finish(long journalFrom, long journalTo) {
        return finish(journalFrom, journalTo, byte[]::new);
    }

    /**
     * @param journalFrom first journal record whose chunk is in it
     * @param journalTo one past the last
     * @param arrays gives an array of at least so many bytes for the segment
     */
    public Segment finish(long journalFrom, long journalTo, IntFunction<byte[]> arrays) {
        SegmentFooter footer = new SegmentFooter(node, epoch, journalFrom, journalTo, List.copyOf(sessions.values()));
        byte[] json = StoreJson.write(FooterDocument.of(footer));
        if (json.length > FOOTER_BYTES_MAX) {
            throw new IllegalStateException("a footer of " + json.length + " bytes");
        }
        int length = Math.addExact(bytes, json.length + TRAILER_BYTES);
        ByteBuffer segment = ByteBuffer.wrap(arrays.apply(length), 0, length).order(ByteOrder.LITTLE_ENDIAN);
        frames.forEach(frame -> segment.put(frame.duplicate()));
        segment.put(json);
        segment.putInt(json.length);
        segment.putInt(checksum(ByteBuffer.wrap(json), FormatVersion.SEGMENT));
        segment.putInt(FormatVersion.SEGMENT);
        segment.put(MAGIC);
        return new Segment(segment.flip().order(ByteOrder.BIG_ENDIAN), footer);
    }

    /** CRC-32C of footer, length and version. */
    static int checksum(ByteBuffer json, int version) {
        CRC32C crc = new CRC32C();
        crc.update(json.duplicate());
        crc.update(ByteBuffer.allocate(2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(json.remaining())
                .putInt(version)
                .flip());
        return (int) crc.getValue();
    }

    private static BlockRef at(long offset, BlockRef ref) {
        return new BlockRef(
                ref.window(),
                offset,
                ref.length(),
                ref.rawLength(),
                ref.crc32c(),
                ref.events(),
                ref.firstAt(),
                ref.lastAt(),
                ref.fullSnapshotTimes(),
                ref.chunks());
    }

    /**
     * A whole segment.
     *
     * @param bytes of the object; nobody may change them
     * @param footer what its footer says
     */
    public record Segment(ByteBuffer bytes, SegmentFooter footer) {}
}
