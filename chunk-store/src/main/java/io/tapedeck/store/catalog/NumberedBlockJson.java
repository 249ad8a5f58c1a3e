package io.tapedeck.store.catalog;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.tapedeck.store.BlockRef;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.catalog.Packing.NumberedBlock;
import java.io.IOException;

/**
 * Writes blocks as Jackson would by itself: arrays in the order of the records' components. Every commit writes thousands.
 * Reading is left to Jackson. Thread-safe.
 */
final class NumberedBlockJson extends StdSerializer<NumberedBlock> {
    private static final long serialVersionUID = 1L;

    NumberedBlockJson() {
        super(NumberedBlock.class);
    }

    @Override
    public void serialize(NumberedBlock numbered, JsonGenerator json, SerializerProvider provider) throws IOException {
        json.writeStartArray();
        json.writeNumber(numbered.index());
        block(numbered.block(), json);
        json.writeEndArray();
    }

    private static void block(BlockRef block, JsonGenerator json) throws IOException {
        json.writeStartArray();
        json.writeString(block.window().value());
        json.writeNumber(block.offset());
        json.writeNumber(block.length());
        json.writeNumber(block.rawLength());
        json.writeNumber(block.crc32c());
        json.writeNumber(block.events());
        json.writeNumber(block.firstAt());
        json.writeNumber(block.lastAt());
        json.writeStartArray();
        for (Long time : block.fullSnapshotTimes()) {
            json.writeNumber(time);
        }
        json.writeEndArray();
        json.writeStartArray();
        for (ChunkRef chunk : block.chunks()) {
            chunk(chunk, json);
        }
        json.writeEndArray();
        json.writeEndArray();
    }

    private static void chunk(ChunkRef chunk, JsonGenerator json) throws IOException {
        json.writeStartArray();
        json.writeString(chunk.id().toString());
        json.writeNumber(chunk.seq());
        json.writeNumber(chunk.events());
        json.writeNumber(chunk.firstAt());
        json.writeNumber(chunk.lastAt());
        json.writeNumber(chunk.receivedAt());
        json.writeEndArray();
    }
}
