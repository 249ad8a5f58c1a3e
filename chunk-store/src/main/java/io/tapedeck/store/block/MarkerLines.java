package io.tapedeck.store.block;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tapedeck.store.MarkerTrack;
import io.tapedeck.store.event.Marker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The text of a marker track: a marker a line, in the API's own JSON, and if markers were left out a last line that says
 * so. Thread-safe.
 */
final class MarkerLines {
    private static final byte[] TRUNCATED = "{\"truncated\":true}\n".getBytes(StandardCharsets.US_ASCII);

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final ObjectWriter WRITER = MAPPER.writerFor(Marker.class);
    private static final ObjectReader READER = MAPPER.readerFor(Marker.class);

    private MarkerLines() {}

    static byte[] line(Marker marker) {
        try {
            byte[] json = WRITER.writeValueAsBytes(marker);
            byte[] line = Arrays.copyOf(json, json.length + 1);
            line[json.length] = '\n';
            return line;
        } catch (JsonProcessingException e) {
            throw new AssertionError("a marker can be written as JSON", e);
        }
    }

    static byte[] truncated() {
        return TRUNCATED.clone();
    }

    static MarkerTrack read(long rev, byte[] lines) {
        List<Marker> markers = new ArrayList<>();
        boolean truncated = false;
        int from = 0;
        while (from < lines.length) {
            int to = from;
            while (to < lines.length && lines[to] != '\n') {
                to++;
            }
            BlockBounds.require(to < lines.length && !truncated, "a marker track that does not end as it must");
            if (Arrays.equals(lines, from, to + 1, TRUNCATED, 0, TRUNCATED.length)) {
                truncated = true;
            } else {
                markers.add(read(lines, from, to));
            }
            from = to + 1;
        }
        return new MarkerTrack(rev, List.copyOf(markers), truncated);
    }

    private static Marker read(byte[] lines, int from, int to) {
        try {
            Marker marker = READER.readValue(lines, from, to - from);
            BlockBounds.require(
                    marker != null && marker.kind() != null && marker.window() != null, "a marker of no kind");
            return marker;
        } catch (IOException e) {
            // The parser's own message may hold recorded content.
            throw Frames.corrupt(
                    "a marker is not what it must be: " + e.getClass().getSimpleName(), null);
        }
    }
}
