package io.tapedeck.store.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.User;
import io.tapedeck.store.block.SegmentWriter.Segment;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SegmentTest {
    private static final BlockWriter BLOCKS = new BlockWriter(BlockWriter.DEFAULT_LEVEL);

    @Test
    void footer_ofWhatWasWritten_isTheSameAndItsBlocksCanBeRead() {
        List<Chunk> todo = Fixtures.corpusChunks(Fixtures.session("s1"), "tab-1", "todo-1", 30);
        List<Chunk> chat = Fixtures.corpusChunks(Fixtures.session("s2"), "tab-1", "chat-1", 500);
        SegmentWriter writer = new SegmentWriter("node-1", 3);
        add(writer, todo.subList(0, 2));
        add(writer, chat);
        add(writer, todo.subList(2, 5));
        Segment segment = writer.finish(10, 20);

        SegmentFooter footer = footer(segment.bytes());

        assertThat(footer).isEqualTo(segment.footer());
        assertThat(footer.node()).isEqualTo("node-1");
        assertThat(footer.epoch()).isEqualTo(3);
        assertThat(footer.journalFrom()).isEqualTo(10);
        assertThat(footer.journalTo()).isEqualTo(20);
        assertThat(footer.sessions()).hasSize(2);
        assertThat(linesOf(segment, footer.sessions().get(0))).isEqualTo(Fixtures.lines(todo));
        assertThat(linesOf(segment, footer.sessions().get(1))).isEqualTo(Fixtures.lines(chat));
        assertThat(footer.sessions().get(0).facts().events()).isEqualTo(150);
    }

    @Test
    void footer_factsWithAllThatTheyCanHold_comeBackEqual() {
        SessionFacts facts = everything();
        SegmentWriter writer = new SegmentWriter("node-1", 1);
        Chunk chunk = Fixtures.chunk(Fixtures.session("s1"), "tab-1", Chunk.NO_SEQ, Fixtures.event(7, "é\\ud800 "));
        writer.add(chunk.session(), facts, BLOCKS.encode(List.of(chunk)));

        assertThat(footer(writer.finish(0, 1).bytes()).sessions().get(0).facts())
                .isEqualTo(facts);
    }

    @Test
    void tailBytes_ofALongFooter_asksForMoreThanTheFirstReadGave() {
        SegmentWriter writer = new SegmentWriter("node-1", 1);
        for (int i = 0; i < 1_000; i++) {
            add(writer, List.of(Fixtures.chunk(Fixtures.session("s" + i), "tab-1", 0, Fixtures.event(7, "x"))));
        }
        Segment segment = writer.finish(0, 1_000);
        int size = segment.bytes().remaining();
        ByteBuffer tail = segment.bytes().duplicate().position(size - SegmentReader.TAIL_BYTES);

        int needed = SegmentReader.tailBytes(size, tail);

        assertThat(needed).isGreaterThan(SegmentReader.TAIL_BYTES).isLessThan(size);
        ByteBuffer longer = segment.bytes().duplicate().position(size - needed);
        assertThat(SegmentReader.footer(size, longer)).isEqualTo(segment.footer());
        assertThatThrownBy(() -> SegmentReader.footer(size, tail)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void footer_anyByteOfTheObjectChanged_isCorruptOrUnchanged() {
        SegmentWriter writer = new SegmentWriter("node-1", 1);
        add(
                writer,
                Fixtures.corpusChunks(Fixtures.session("s1"), "tab-1", "todo-1", 100)
                        .subList(1, 2));
        Segment segment = writer.finish(0, 1);
        byte[] bytes = Fixtures.bytes(segment.bytes());
        BlockRef block = segment.footer().sessions().get(0).blocks().get(0);
        for (int i = 0; i < bytes.length; i++) {
            for (int change : new int[] {0x01, 0x80, 0xFF}) {
                byte[] damaged = bytes.clone();
                damaged[i] ^= (byte) change;
                if (i < block.length()) {
                    assertThat(footer(ByteBuffer.wrap(damaged))).isEqualTo(segment.footer());
                    assertCorrupt(() -> BlockReader.open(block, ByteBuffer.wrap(damaged, 0, block.length())));
                } else {
                    assertCorrupt(() -> footer(ByteBuffer.wrap(damaged)));
                }
            }
        }
    }

    @Test
    void footer_objectCutShortAnywhere_isCorrupt() {
        SegmentWriter writer = new SegmentWriter("node-1", 1);
        add(writer, List.of(Fixtures.chunk(Fixtures.session("s1"), "tab-1", 0, Fixtures.event(7, "x"))));
        byte[] bytes = Fixtures.bytes(writer.finish(0, 1).bytes());
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertCorrupt(() -> footer(ByteBuffer.wrap(cut)));
        }
    }

    @Test
    void footer_ofALaterVersion_saysSo() {
        assertThatThrownBy(() -> footer(withFooter("{}", FormatVersion.SEGMENT + 1)))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.UNSUPPORTED_VERSION));
    }

    @Test
    void footer_hostileJsonUnderARightChecksum_isCorrupt() {
        SegmentWriter writer = new SegmentWriter("n", 1);
        add(writer, List.of(Fixtures.chunk(Fixtures.session("s1"), "tab-1", 0, Fixtures.event(7, "x"))));
        byte[] bytes = Fixtures.bytes(writer.finish(0, 1).bytes());
        int needed = SegmentReader.tailBytes(bytes.length, ByteBuffer.wrap(bytes));
        String sound =
                new String(bytes, bytes.length - needed, needed - SegmentWriter.TRAILER_BYTES, StandardCharsets.UTF_8);
        // There are no blocks before the footers made here: only a block of no length could be within the object.
        assertCorrupt(() -> footer(withFooter(sound, 1)));
        for (String hostile : List.of(
                "",
                "null",
                "[]",
                "{}",
                "{\"node\":\"n\"}",
                "{\"node\":\"n\",\"sessions\":[null]}",
                "{\"node\":\"n\",\"sessions\":[{}]}",
                "{\"node\":\"n\",\"sessions\":[{\"project\":\"p\",\"session\":\"s\",\"blocks\":[]}]}",
                "{\"node\":\"n\",\"sessions\":{\"a\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}}",
                sound.replace("\"length\":", "\"length\":-"),
                sound.replace("\"length\":", "\"length\":9"),
                sound.replace("\"offset\":0", "\"offset\":9223372036854775807"),
                sound.replace("\"window\":\"tab-1\"", "\"window\":\"../../etc\""),
                sound.replace("\"session\":\"s1\"", "\"session\":\"s/1\""),
                sound.replace("\"chunks\":[[", "\"chunks\":[null,["))) {
            assertCorrupt(() -> footer(withFooter(hostile, 1)));
        }
    }

    private static void add(SegmentWriter writer, List<Chunk> chunks) {
        SessionFacts facts =
                chunks.stream().map(Chunk::facts).reduce(SessionFacts::plus).orElseThrow();
        writer.add(chunks.get(0).session(), facts, BLOCKS.encode(chunks));
    }

    private static SegmentFooter footer(ByteBuffer object) {
        return SegmentReader.footer(object.remaining(), object);
    }

    private static ByteBuffer withFooter(String footer, int version) {
        byte[] json = footer.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(json.length + SegmentWriter.TRAILER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(json)
                .putInt(json.length)
                .putInt(SegmentWriter.checksum(ByteBuffer.wrap(json), version))
                .putInt(version)
                .put(SegmentWriter.MAGIC)
                .flip();
    }

    private static byte[] linesOf(Segment segment, SegmentSession session) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (BlockRef block : session.blocks()) {
            ByteBuffer frame = segment.bytes().slice((int) block.offset(), block.length());
            all.writeBytes(Fixtures.bytes(BlockReader.open(block, frame).lines()));
        }
        return all.toByteArray();
    }

    private static SessionFacts everything() {
        SessionFacts facts = Fixtures.chunk(
                        new SessionKey("p", "s"), "tab-1", 0, Fixtures.meta(7, "https://a.example/x?y=1"))
                .facts();
        return new SessionFacts(
                facts.firstReceivedAt(),
                facts.lastReceivedAt(),
                facts.startedAt(),
                facts.lastEventAt(),
                facts.events(),
                facts.bytesRaw(),
                facts.counts(),
                facts.entry(),
                facts.exit(),
                facts.urls(),
                new User("ann", JsonNodeFactory.instance.objectNode().put("plan", "gold"), 7),
                new TreeSet<>(List.of("ann", "anon-1")),
                "Chrome 156",
                "Linux",
                "desktop",
                "NO",
                "tapedeck/0.1.0",
                "2026.11",
                new TreeMap<>(Map.of("env", "prod")),
                new TreeSet<>(List.of("bought")),
                facts.windows(),
                facts.windows(),
                true);
    }

    private static void assertCorrupt(ThrowingCallable reading) {
        assertThatThrownBy(reading)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.CORRUPT));
    }
}
