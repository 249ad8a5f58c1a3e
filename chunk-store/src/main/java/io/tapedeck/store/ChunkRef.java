package io.tapedeck.store;

/**
 * A chunk as a block or a recording lists it: enough to know it again, to order it and to cut its lines out.
 *
 * @param id the chunk
 * @param seq its number, or {@link Chunk#NO_SEQ}, or {@link Chunk#OVERLAPPING}
 * @param events number of its lines
 * @param firstAt smallest event time, epoch ms
 * @param lastAt greatest event time, epoch ms
 * @param receivedAt the server's clock at receipt, epoch ms
 */
public record ChunkRef(ChunkId id, long seq, int events, long firstAt, long lastAt, long receivedAt) {
    /** Whether the client numbered it. */
    public boolean hasSeq() {
        return seq >= 0;
    }

    /** Whether its events may be in other chunks of its window too. */
    public boolean overlaps() {
        return seq == Chunk.OVERLAPPING;
    }

    public static ChunkRef of(Chunk chunk) {
        return new ChunkRef(
                chunk.id(), chunk.seq(), chunk.events(), chunk.firstAt(), chunk.lastAt(), chunk.receivedAt());
    }
}
