package io.tapedeck.store.catalog;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.tapedeck.store.BlockRef;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionFactsJson;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WindowId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The values that the catalog keeps whole: facts, a session's blocks in a segment, a recording's index. Thread-safe.
 *
 * <pre>
 *   byte 0      form: 1 = JSON, 2 = JSON in a zstd frame, after 4 bytes (big-endian) with its length
 *   bytes 1…    the value
 * </pre>
 *
 * <p>Facts alone are plain JSON text, so that a person can read them in the table. Blocks, frames and chunks are JSON
 * arrays in the order of their records' components: a later version may only add components at the end. Halves of
 * surrogate pairs, which a site may send and UTF-8 cannot carry, become question marks.
 */
final class Packing {
    private static final byte JSON = 1;
    private static final byte ZSTD_JSON = 2;
    private static final int ZSTD_LEVEL = 3;
    /** More than any index of a bounded recording takes; a damaged length must not take the heap. */
    private static final int LENGTH_MAX = 256 << 20;

    private static final JsonMapper MAPPER = mapper();

    private Packing() {}

    /** A block and its place among all blocks of its segment. */
    record NumberedBlock(int index, BlockRef block) {}

    /** What one segment holds of one session. */
    record SessionBlocks(SessionFacts facts, List<NumberedBlock> blocks) {
        /** Bytes of the blocks in the segment. */
        long bytes() {
            long bytes = 0;
            for (NumberedBlock one : blocks) {
                bytes += one.block().length();
            }
            return bytes;
        }
    }

    static String facts(SessionFacts facts) {
        return new String(json(facts), StandardCharsets.UTF_8);
    }

    static SessionFacts facts(String json) {
        try {
            return MAPPER.readValue(json, SessionFacts.class);
        } catch (JsonProcessingException e) {
            throw corrupt("facts", e);
        }
    }

    /** Not compressed: the rows live for minutes, and are written by the thousand. */
    static byte[] blocks(SessionBlocks blocks) {
        byte[] json = json(blocks);
        return ByteBuffer.allocate(1 + json.length).put(JSON).put(json).array();
    }

    static SessionBlocks blocks(byte[] packed) {
        return unpack(packed, SessionBlocks.class);
    }

    /** Compressed: the rows live as long as the sessions, and are mostly chunk ids and repetition. */
    static byte[] index(RecordingIndex index) {
        byte[] json = json(index);
        byte[] frame = Zstd.compress(json, ZSTD_LEVEL);
        return ByteBuffer.allocate(1 + Integer.BYTES + frame.length)
                .put(ZSTD_JSON)
                .putInt(json.length)
                .put(frame)
                .array();
    }

    static RecordingIndex index(byte[] packed) {
        return unpack(packed, RecordingIndex.class);
    }

    private static byte[] json(Object value) {
        try {
            // Not as bytes at once: that refuses halves of surrogate pairs.
            return MAPPER.writeValueAsString(value).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a value that is not JSON", e);
        }
    }

    private static <T> T unpack(byte[] packed, Class<T> type) {
        try {
            return switch (packed[0]) {
                case JSON -> MAPPER.readValue(packed, 1, packed.length - 1, type);
                case ZSTD_JSON -> MAPPER.readValue(decompressed(packed), type);
                default ->
                    throw new StoreException(
                            StoreErrorKind.UNSUPPORTED_VERSION,
                            "catalog: a row in form " + packed[0] + " was written by a later version");
            };
        } catch (IOException | ZstdException | IndexOutOfBoundsException e) {
            throw corrupt(type.getSimpleName(), e);
        }
    }

    private static byte[] decompressed(byte[] packed) {
        ByteBuffer form = ByteBuffer.wrap(packed, 1, packed.length - 1);
        int length = form.getInt();
        if (length < 0 || length > LENGTH_MAX) {
            throw new IndexOutOfBoundsException("length " + length);
        }
        byte[] frame = new byte[form.remaining()];
        form.get(frame);
        return Zstd.decompress(frame, length);
    }

    private static StoreException corrupt(String what, Exception cause) {
        return new StoreException(StoreErrorKind.CORRUPT, "catalog: a row's " + what + " cannot be read", cause);
    }

    private static JsonMapper mapper() {
        SimpleModule forms = new SimpleModule();
        forms.addSerializer(new SessionFactsJson());
        forms.addSerializer(new NumberedBlockJson());
        forms.addSerializer(ChunkId.class, ToStringSerializer.instance);
        forms.addSerializer(WindowId.class, ToStringSerializer.instance);
        forms.addDeserializer(ChunkId.class, new TextDeserializer<>(ChunkId.class) {
            @Override
            ChunkId parse(String text) {
                return ChunkId.ofHex(text);
            }
        });
        forms.addDeserializer(WindowId.class, new TextDeserializer<>(WindowId.class) {
            @Override
            WindowId parse(String text) {
                return new WindowId(text);
            }
        });
        JsonMapper.Builder builder = JsonMapper.builder()
                .addModule(forms)
                .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        for (Class<?> type : List.of(NumberedBlock.class, BlockRef.class, FrameRef.class, ChunkRef.class)) {
            builder.withConfigOverride(
                    type, override -> override.setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.ARRAY)));
        }
        return builder.build();
    }

    /** Reads a value from its text. */
    private abstract static class TextDeserializer<T> extends StdDeserializer<T> {
        TextDeserializer(Class<T> type) {
            super(type);
        }

        abstract T parse(String text);

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return parse(parser.getText());
        }
    }
}
