package io.tapedeck.store;

import io.tapedeck.store.block.PackedLines;
import java.util.List;

/**
 * One upload from one window, decoded, scanned and packed: the unit of acknowledgement and of deduplication. Immutable.
 *
 * @param session whose
 * @param window from which tab
 * @param id tells this chunk from the window's others
 * @param seq the client's number, which orders chunks and shows gaps, or {@link #NO_SEQ}, or {@link #OVERLAPPING}
 * @param sentAt the client's clock at sending, epoch ms, or {@link #NO_TIME}
 * @param receivedAt the server's clock at receipt, epoch ms
 * @param lines the events as NDJSON: each event as it came in, a {@code w} member put first, and a line feed
 * @param events number of lines
 * @param firstAt smallest event time as recorded, epoch ms; {@code receivedAt} if there are no events
 * @param lastAt greatest event time as recorded, epoch ms; {@code receivedAt} if there are no events
 * @param fullSnapshotTimes times of the full snapshots, ascending
 * @param facts what this chunk adds to its session's facts
 */
public record Chunk(
        SessionKey session,
        WindowId window,
        ChunkId id,
        long seq,
        long sentAt,
        long receivedAt,
        PackedLines lines,
        int events,
        long firstAt,
        long lastAt,
        List<Long> fullSnapshotTimes,
        SessionFacts facts) {
    /** The client gave no sequence number. */
    public static final long NO_SEQ = -1;
    /**
     * The client gave no sequence number to rely on, and may send an event in several chunks: among a window's chunks of
     * this kind, lines that are equal to the byte are one event, as often as the chunk has it that has it most often.
     */
    public static final long OVERLAPPING = -2;
    /** The client gave no time. */
    public static final long NO_TIME = -1;

    /** The same chunk with its lines in another place. */
    public Chunk withLines(PackedLines elsewhere) {
        return new Chunk(
                session,
                window,
                id,
                seq,
                sentAt,
                receivedAt,
                elsewhere,
                events,
                firstAt,
                lastAt,
                fullSnapshotTimes,
                facts);
    }
}
