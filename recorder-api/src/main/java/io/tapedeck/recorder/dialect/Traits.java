package io.tapedeck.recorder.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** What a site says of its users, within the bounds in which it is kept. */
public final class Traits {
    public static final int BYTES_MAX = 8 << 10;

    /** The traits themselves are the first level. Far below what Jackson writes: all who store or show them wrap them. */
    public static final int DEPTH_MAX = 64;

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            .build());

    private Traits() {}

    /** Of a site that says nothing, or what is not kept. */
    public static JsonNode none() {
        return MAPPER.createObjectNode();
    }

    /**
     * Reads a JSON object of at most {@value #BYTES_MAX} bytes.
     *
     * @throws IOException if it is nested deeper than {@value #DEPTH_MAX}, or holds a number that Java has no form for
     */
    public static JsonNode read(byte[] json, int from, int length) throws IOException {
        return MAPPER.readTree(json, from, length);
    }
}
