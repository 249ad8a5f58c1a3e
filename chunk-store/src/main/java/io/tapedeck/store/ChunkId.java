package io.tapedeck.store;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.UUID;

/**
 * What tells one chunk of a (session, window) from another: XXH3-128 of the events as they came in (decoded), or the
 * client's own uuid where a dialect has one. Two uploads with the same id are one chunk. Who makes two chunks with one id only
 * loses one of their own: nobody else's are looked at. Immutable.
 */
public record ChunkId(long high, long low) implements Comparable<ChunkId> {
    /** Bytes of the binary form, big-endian, {@code high} first. */
    public static final int BYTES = 16;

    private static final Hasher128 XXH3 = Hashing.xxh3_128();

    /** Hashes the remaining bytes of {@code events}, which is array-backed and left as it was. */
    public static ChunkId ofContent(ByteBuffer events) {
        HashValue128 hash =
                XXH3.hashBytesTo128Bits(events.array(), events.arrayOffset() + events.position(), events.remaining());
        return new ChunkId(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
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
