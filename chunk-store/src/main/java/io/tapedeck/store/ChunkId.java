package io.tapedeck.store;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;

/**
 * What tells one chunk of a (session, window) from another: the first 128 bits of the SHA-256 of the events as they
 * came in (decoded), or the client's own uuid where a dialect has one. Two uploads with the same id are one chunk.
 * Immutable.
 */
public record ChunkId(long high, long low) implements Comparable<ChunkId> {
    /** Bytes of the binary form, big-endian, {@code high} first. */
    public static final int BYTES = 16;

    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(Sha256::fresh);

    /** Hashes the remaining bytes of {@code events}, which is left as it was. */
    public static ChunkId ofContent(ByteBuffer events) {
        MessageDigest sha256 = SHA_256.get();
        sha256.update(events.duplicate());
        ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
        return new ChunkId(digest.getLong(), digest.getLong());
    }

    public static ChunkId ofUuid(UUID uuid) {
        return new ChunkId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    /** @throws IllegalArgumentException if {@code hex} is not 32 hexadecimal digits */
    public static ChunkId ofHex(String hex) {
        if (hex.length() != 2 * BYTES) {
            throw new IllegalArgumentException("a chunk id has 32 hexadecimal digits");
        }
        return new ChunkId(HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
    }

    @Override
    public int compareTo(ChunkId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** 32 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}
