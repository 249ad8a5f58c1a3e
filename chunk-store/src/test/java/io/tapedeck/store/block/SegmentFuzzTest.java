package io.tapedeck.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.fuzz.Fuzzer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Segments that are nearly right: whatever the bytes, they are read or refused as CORRUPT or UNSUPPORTED_VERSION. */
public class SegmentFuzzTest {
    private static final long BYTES_MAX = 64L << 20;
    private static final int BLOCKS_MAX = 32;
    private static final byte[] FOOTER_START = "{\"node\"".getBytes(StandardCharsets.US_ASCII);

    @Test
    void read_ofASegmentNearlyRight_isReadOrRefused() throws Exception {
        new Fuzzer(SegmentFuzzTest.class, BYTES_MAX, SegmentFuzzTest::decode)
                .seed(segment())
                .seed(Fixtures.bytes(new SegmentWriter("n", 1).finish(1, 1).bytes()))
                .run(20_000);
    }

    /** The name by which a fuzzer of its own finds it: see docs/testing.md. */
    public static void fuzzerTestOneInput(byte[] input) {
        decode(input);
    }

    private static boolean decode(byte[] input) {
        read(input.clone());
        read(repaired(input.clone(), false));
        return read(repaired(input, true));
    }

    private static byte[] segment() {
        SegmentWriter writer = new SegmentWriter("node", 3);
        for (String id : List.of("s1", "s2")) {
            SessionKey session = Fixtures.session(id);
            for (String window : List.of("w1", "w2")) {
                writer.add(
                        session,
                        Chunks.chunk(session, window, 0).facts(),
                        new BlockWriter(BlockWriter.DEFAULT_LEVEL)
                                .encode(List.of(
                                        Chunks.chunk(session, window, 0), Chunks.finalChunk(session, window, 1))));
            }
        }
        return Fixtures.bytes(writer.finish(7, 15).bytes());
    }

    /** @return whether it was not refused */
    private static boolean read(byte[] object) {
        try {
            SegmentFooter footer = footer(object);
            int blocks = 0;
            for (SegmentSession session : footer.sessions()) {
                assertThat(session.facts().plus(session.facts()).windows())
                        .isEqualTo(session.facts().windows());
                for (BlockRef block : session.blocks()) {
                    if (blocks++ < BLOCKS_MAX) {
                        readBlock(object, block);
                    }
                }
            }
            return true;
        } catch (StoreException refused) {
            assertThat(refused.kind()).isIn(StoreErrorKind.CORRUPT, StoreErrorKind.UNSUPPORTED_VERSION);
            return false;
        }
    }

    /** As readers do it: a piece of the end first, and more if that was not enough. */
    private static SegmentFooter footer(byte[] object) {
        int first = Math.min(object.length, 64);
        int needed = Math.max(
                first, SegmentReader.tailBytes(object.length, ByteBuffer.wrap(object, object.length - first, first)));
        return SegmentReader.footer(object.length, ByteBuffer.wrap(object, object.length - needed, needed));
    }

    /** With the checksum that the frame has, so that what is behind it is reached. */
    private static void readBlock(byte[] object, BlockRef block) {
        ByteBuffer frame = ByteBuffer.wrap(object, Math.toIntExact(block.offset()), block.length());
        BlockRef trusted = new BlockRef(
                block.window(),
                block.offset(),
                block.length(),
                block.rawLength(),
                Frames.crc32c(frame),
                block.events(),
                block.firstAt(),
                block.lastAt(),
                block.fullSnapshotTimes(),
                block.chunks());
        try {
            BlockReader reader = BlockReader.open(trusted, frame);
            int bytes = 0;
            for (int i = 0; i < block.chunks().size(); i++) {
                bytes += reader.lines(i).remaining();
            }
            assertThat(bytes).isEqualTo(reader.lines().remaining()).isEqualTo(block.rawLength());
            BlockReader.recompress(List.of(reader.lines()));
        } catch (StoreException refused) {
            assertThat(refused.kind()).isEqualTo(StoreErrorKind.CORRUPT);
        }
    }

    /** With magic and checksum as they must be, and on demand the length, so that what is behind them is reached. */
    private static byte[] repaired(byte[] object, boolean lengthToo) {
        int trailer = object.length - SegmentWriter.TRAILER_BYTES;
        if (trailer <= 0) {
            return object;
        }
        ByteBuffer bytes = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(object.length - SegmentWriter.MAGIC.length, SegmentWriter.MAGIC);
        int length = lengthToo ? trailer - footerFrom(object, trailer) : bytes.getInt(trailer);
        if (length > 0 && length <= trailer) {
            int version = bytes.getInt(trailer + 2 * Integer.BYTES);
            bytes.putInt(trailer, length);
            bytes.putInt(
                    trailer + Integer.BYTES,
                    SegmentWriter.checksum(ByteBuffer.wrap(object, trailer - length, length), version));
        }
        return object;
    }

    /** Where the footer begins if it is one that a writer wrote. */
    private static int footerFrom(byte[] object, int end) {
        for (int i = 0; i + FOOTER_START.length <= end; i++) {
            if (Arrays.equals(object, i, i + FOOTER_START.length, FOOTER_START, 0, FOOTER_START.length)) {
                return i;
            }
        }
        return 0;
    }
}
