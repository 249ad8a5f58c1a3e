package io.tapedeck.store.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlockTest {
    private static final SessionKey SESSION = Fixtures.session("s1");
    private static final BlockWriter WRITER = new BlockWriter(BlockWriter.DEFAULT_LEVEL);

    @ParameterizedTest
    @MethodSource("io.tapedeck.store.Fixtures#corpusNames")
    void encode_realRecording_givesBackItsLinesWholeAndChunkByChunk(String name) {
        List<Chunk> chunks = Fixtures.corpusChunks(SESSION, "tab-1", name, 40);
        EncodedBlock block = WRITER.encode(chunks);
        BlockReader reader = BlockReader.open(block.ref(), block.frame());

        assertThat(Fixtures.bytes(reader.lines())).isEqualTo(Fixtures.lines(chunks));
        for (int i = 0; i < chunks.size(); i++) {
            assertThat(Fixtures.bytes(reader.lines(i)))
                    .isEqualTo(chunks.get(i).lines().unpack());
        }
        assertThat(block.ref().chunks())
                .containsExactlyElementsOf(chunks.stream().map(ChunkRef::of).toList());
        assertThat(block.ref().fullSnapshotTimes()).isNotEmpty().isSorted();
        assertThat(block.ref().events())
                .isEqualTo(chunks.stream().mapToInt(Chunk::events).sum());
        assertThat(block.frame().remaining()).isLessThan(Fixtures.lines(chunks).length / 3);
    }

    @Test
    void encode_anOnlyChunkInOrder_takesItsFrameAsItIs() {
        Chunk numbered = Chunks.chunk(SESSION, "tab-1", 0);
        Chunk ordered = Chunks.chunk(SESSION, "tab-1", Chunk.NO_SEQ);

        assertThat(WRITER.encode(List.of(numbered)).frame())
                .isSameAs(numbered.lines().frame());
        assertThat(WRITER.encode(List.of(ordered)).frame())
                .isSameAs(ordered.lines().frame());
    }

    @Test
    void encode_anOnlyChunkThatNothingOrders_ordersItsLines() {
        String first = Fixtures.event(1_000, "first");
        String second = Fixtures.event(2_000, "second");
        Chunk moved = Fixtures.chunk(SESSION, "tab-1", Chunk.NO_SEQ, second, first);

        EncodedBlock block = WRITER.encode(List.of(moved));

        assertThat(Fixtures.bytes(BlockReader.open(block.ref(), block.frame()).lines()))
                .isEqualTo(Fixtures.lines(List.of(Fixtures.chunk(SESSION, "tab-1", 0, first, second))));
    }

    @Test
    void encode_onlyChunksWithoutEvents_isABlockOfNoLines() {
        EncodedBlock block = WRITER.encode(List.of(Fixtures.chunk(SESSION, "tab-1", 0)));

        assertThat(block.ref().events()).isZero();
        assertThat(block.ref().firstAt()).isEqualTo(Fixtures.RECEIVED_AT);
        assertThat(BlockReader.open(block.ref(), block.frame()).lines(0).remaining())
                .isZero();
    }

    @Test
    void encode_chunkWithoutEventsAmongOthers_doesNotStretchTheBlocksTime() {
        long at = Fixtures.RECEIVED_AT - 5_000;
        EncodedBlock block = WRITER.encode(List.of(
                Fixtures.chunk(SESSION, "tab-1", 0, Fixtures.event(at, "x")), Fixtures.chunk(SESSION, "tab-1", 1)));

        assertThat(block.ref().lastAt()).isEqualTo(at);
    }

    @Test
    void encode_chunksOfTwoWindows_isRefused() {
        List<Chunk> chunks = List.of(Fixtures.chunk(SESSION, "tab-1", 0), Fixtures.chunk(SESSION, "tab-2", 0));

        assertThatThrownBy(() -> WRITER.encode(chunks)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void recompress_withoutSomeChunks_holdsTheOthersOnly() {
        List<Chunk> chunks = Fixtures.corpusChunks(SESSION, "tab-1", "todo-1", 30);
        EncodedBlock block = WRITER.encode(chunks);
        BlockReader reader = BlockReader.open(block.ref(), block.frame());

        byte[] frame = BlockReader.recompress(List.of(reader.lines(0), reader.lines(2), reader.lines(4)));

        byte[] expected = Fixtures.lines(List.of(chunks.get(0), chunks.get(2), chunks.get(4)));
        assertThat(chunks).hasSize(5);
        assertThat(Zstd.decompress(frame, expected.length + 1)).isEqualTo(expected);
        assertThat(Zstd.decompress(BlockReader.recompress(List.of()), 1)).isEmpty();
    }

    @Test
    void open_bytesThatDoNotMatch_isCorrupt() {
        EncodedBlock block = WRITER.encode(Fixtures.corpusChunks(SESSION, "tab-1", "todo-1", 30));
        byte[] frame = Fixtures.bytes(block.frame());
        for (int i = 0; i < frame.length; i += 7) {
            frame[i] ^= 0x10;
            assertCorrupt(block.ref(), frame);
            frame[i] ^= 0x10;
        }
        assertCorrupt(block.ref(), Arrays.copyOf(frame, frame.length - 1));
        assertThat(BlockReader.open(block.ref(), ByteBuffer.wrap(frame)).ref()).isEqualTo(block.ref());
    }

    @Test
    void open_refThatLiesAboutTheLines_isCorrupt() {
        EncodedBlock block = WRITER.encode(
                List.of(Fixtures.chunk(SESSION, "tab-1", 0, Fixtures.event(7, "a"), Fixtures.event(8, "b"))));
        byte[] frame = Fixtures.bytes(block.frame());
        BlockRef ref = block.ref();

        assertCorrupt(with(ref, ref.rawLength() + 1, 2), frame);
        assertCorrupt(with(ref, ref.rawLength() - 1, 2), frame);
        assertCorrupt(with(ref, Integer.MAX_VALUE, 2), frame);
        assertCorrupt(with(ref, ref.rawLength(), 1), frame);
        assertCorrupt(with(ref, ref.rawLength(), 3), frame);
        assertCorrupt(with(ref, ref.rawLength(), Integer.MAX_VALUE), frame);
    }

    private static void assertCorrupt(BlockRef ref, byte[] frame) {
        assertThatThrownBy(() -> BlockReader.open(ref, ByteBuffer.wrap(frame)))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.CORRUPT));
    }

    private static BlockRef with(BlockRef ref, int rawLength, int chunkEvents) {
        ChunkRef chunk = ref.chunks().get(0);
        return new BlockRef(
                ref.window(),
                ref.offset(),
                ref.length(),
                rawLength,
                ref.crc32c(),
                chunkEvents,
                ref.firstAt(),
                ref.lastAt(),
                ref.fullSnapshotTimes(),
                List.of(new ChunkRef(
                        chunk.id(), chunk.seq(), chunkEvents, chunk.firstAt(), chunk.lastAt(), chunk.receivedAt())));
    }
}
