package io.tapedeck.store.block;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.SessionFactsJson;
import io.tapedeck.store.WindowId;
import java.io.IOException;

/**
 * The JSON of footers and indexes. Thread-safe.
 *
 * <p>Later versions may add members, which are passed over here; what is null or zero is left out. Chunks, of which
 * there are many, are arrays.
 */
final class StoreJson {
    /** Sites nest what they say of a user as deep as they like; the gateway bounds it, not the format. */
    private static final int DEPTH_MAX = 10_000;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .build())
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .addMixIn(WindowId.class, WindowIdForm.class)
            .addMixIn(ChunkId.class, ChunkIdForm.class)
            .addMixIn(ChunkRef.class, ChunkRefForm.class)
            .addModule(new SimpleModule().addSerializer(new SessionFactsJson()))
            .build();

    private StoreJson() {}

    static byte[] write(Object document) {
        try {
            return MAPPER.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new AssertionError("the store's own records can be written as JSON", e);
        }
    }

    /** @throws io.tapedeck.store.StoreException CORRUPT if it is not JSON of that form */
    static <T> T read(String what, byte[] json, int from, int length, Class<T> type) {
        try {
            T document = MAPPER.readValue(json, from, length, type);
            if (document == null) {
                throw Frames.corrupt(what + " is null", null);
            }
            return document;
        } catch (IOException e) {
            // The parser's own message may hold recorded content.
            throw Frames.corrupt(
                    what + " is not what it must be: " + e.getClass().getSimpleName(), null);
        }
    }

    abstract static class WindowIdForm {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        WindowIdForm(String value) {}

        @JsonValue
        abstract String value();
    }

    abstract static class ChunkIdForm {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static ChunkId ofHex(String hex) {
            return ChunkId.ofHex(hex);
        }

        @Override
        @JsonValue
        public abstract String toString();
    }

    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"id", "seq", "events", "firstAt", "lastAt", "receivedAt"})
    interface ChunkRefForm {}
}
