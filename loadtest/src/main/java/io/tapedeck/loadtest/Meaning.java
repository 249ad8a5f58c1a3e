package io.tapedeck.loadtest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.math.BigDecimal;

/**
 * What an event says, in 64 bits, however its JSON is written: the order of members, white space, escapes and the way to
 * write a number do not count. The event's time and window are kept apart, because a virtual recorder changes them.
 *
 * @param hash of everything but {@code timestamp} and {@code w}
 * @param timestamp the event's time
 * @param timestampStart where its digits start in the JSON, in bytes
 * @param window the {@code w} member, or null
 */
record Meaning(long hash, long timestamp, int timestampStart, String window) {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNestingDepth(10_000)
                    .build())
            .build();
    private static final long OBJECT = 0x9E3779B97F4A7C15L;
    private static final long ARRAY = 0xC2B2AE3D27D4EB4FL;
    private static final long TEXT = 0x165667B19E3779F9L;
    private static final long NUMBER = 0x27D4EB2F165667C5L;
    private static final long FACTOR = 0x100000001B3L;

    /** @throws IOException if the bytes are not one event */
    static Meaning of(byte[] json) throws IOException {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("an event must be an object");
            }
            long sum = OBJECT;
            long timestamp = -1;
            int timestampStart = -1;
            String window = null;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals("timestamp") && token == JsonToken.VALUE_NUMBER_INT) {
                    timestamp = parser.getLongValue();
                    timestampStart = (int) parser.currentTokenLocation().getByteOffset();
                } else if (name.equals("w")) {
                    window = parser.getText();
                } else {
                    sum += member(name, parser);
                }
            }
            if (parser.nextToken() != null) {
                throw new IOException("there is more after the event");
            }
            if (timestampStart < 0) {
                throw new IOException("an event must have a timestamp in whole milliseconds");
            }
            return new Meaning(mix(sum), timestamp, timestampStart, window);
        }
    }

    /** What the event, as a line of a replay, is in it. */
    long identity() {
        return at(hash, timestamp, String.valueOf(window));
    }

    /** The identity of an event in a session's replay. */
    static long at(long hash, long timestamp, String window) {
        return mix(mix(hash ^ timestamp * FACTOR) + text(window));
    }

    private static long member(String name, JsonParser parser) throws IOException {
        return mix(text(name) * FACTOR + value(parser));
    }

    private static long value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                long sum = OBJECT;
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    sum += member(name, parser); // a sum, because the order does not count
                }
                yield mix(sum);
            }
            case START_ARRAY -> {
                long hash = ARRAY;
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    hash = mix(hash * FACTOR + value(parser));
                }
                yield hash;
            }
            case VALUE_STRING -> text(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getDecimalValue());
            case VALUE_TRUE -> mix(1);
            case VALUE_FALSE -> mix(2);
            case VALUE_NULL -> mix(3);
            default -> throw new IOException("not JSON: " + parser.currentToken());
        };
    }

    private static long number(BigDecimal value) {
        BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        return mix(NUMBER + text(plain.toString()));
    }

    private static long text(String value) {
        long hash = TEXT;
        for (int i = 0; i < value.length(); i++) {
            hash = (hash ^ value.charAt(i)) * FACTOR;
        }
        return mix(hash);
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
