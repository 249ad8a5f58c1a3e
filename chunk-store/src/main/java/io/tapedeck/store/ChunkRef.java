package io.tapedeck.store;

/**
 * A chunk as a block or a recording lists it: enough to know it again, to order it and to cut its lines out.
 *
 * @param id the chunk
 * @param seq its number, or {@link Chunk#NO_SEQ}
 * @param events number of its lines
 * @param firstAt smallest event time, epoch ms
 * @param lastAt greatest event time, epoch ms
 * @param receivedAt the server's clock at receipt, epoch ms
 */
public record ChunkRef(ChunkId id, long seq, int events, long firstAt, long lastAt, long receivedAt) {
    public static ChunkRef of(Chunk chunk) {
        return new ChunkRef(
                chunk.id(), chunk.seq(), chunk.events(), chunk.firstAt(), chunk.lastAt(), chunk.receivedAt());
    }
}
