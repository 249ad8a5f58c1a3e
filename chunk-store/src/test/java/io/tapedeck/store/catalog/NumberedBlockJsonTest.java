package io.tapedeck.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.tapedeck.store.BlockRef;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.catalog.Packing.NumberedBlock;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumberedBlockJsonTest {
    private static final JsonMapper USUAL = usual();
    private static final JsonMapper OWN = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(new NumberedBlockJson()))
            .build();

    @Test
    void blocks_areWrittenAsJacksonWould() throws Exception {
        ChunkRef first = new ChunkRef(ChunkId.ofHex("0123456789abcdef0123456789abcdef"), 0, 2, 3, 4, 5);
        ChunkRef second = new ChunkRef(ChunkId.ofHex("fedcba9876543210fedcba9876543210"), -1, 7, -8, Long.MAX_VALUE, 9);
        assertWritten(new NumberedBlock(
                11,
                new BlockRef(
                        new WindowId("w-1"),
                        1L << 40,
                        13,
                        14,
                        -15,
                        16,
                        17,
                        18,
                        List.of(19L, 20L),
                        List.of(first, second))));
        assertWritten(
                new NumberedBlock(0, new BlockRef(new WindowId("w2"), 0, 0, 0, 0, 0, 0, 0, List.of(), List.of())));
    }

    private static void assertWritten(NumberedBlock block) throws Exception {
        assertThat(OWN.writeValueAsString(block)).isEqualTo(USUAL.writeValueAsString(block));
    }

    private static JsonMapper usual() {
        JsonMapper.Builder builder = JsonMapper.builder()
                .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
                .addModule(new SimpleModule()
                        .addSerializer(ChunkId.class, ToStringSerializer.instance)
                        .addSerializer(WindowId.class, ToStringSerializer.instance));
        for (Class<?> type : List.of(NumberedBlock.class, BlockRef.class, ChunkRef.class)) {
            builder.withConfigOverride(
                    type, override -> override.setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.ARRAY)));
        }
        return builder.build();
    }
}
