package io.tapedeck.store.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.WindowId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Holds the scanner against another reader of JSON, over text that is right, nearly right and wrong. */
class JsonScannerFuzzTest {
    private static final int MUTATIONS = 40_000;
    private static final int DEPTH_MAX = 20_000;

    private static final ObjectMapper ORACLE = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build());

    private static final List<String> DOCUMENTS = List.of(
            "null",
            "true",
            "-0.5e+10",
            "\"\\u00e9\\ud83d\\ude00\\ud800 \\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\"",
            "\"plain text that is longer than eight bytes, é, €, 😀, \u007f\"",
            "{\"a\":[1,2.5,-3,1e5,0],\"b\":{\"c\":null,\"d\":[true,false]},\"\":\"\",\"e\\u0066\":[]}",
            " [ { } , [ [ ] ] , \"x\" ]\t\r\n",
            Fixtures.fullSnapshot(1_794_116_405_044L, "čau"),
            "[" + Fixtures.event(7, "a") + "," + Fixtures.meta(8, "https://a.example/?b=c") + "]");

    private static final byte[][] PIECES = {
        {'{'},
        {'}'},
        {'['},
        {']'},
        {','},
        {':'},
        {'"'},
        {'\\'},
        {'/'},
        {'u'},
        {'0'},
        {'1'},
        {'.'},
        {'e'},
        {'-'},
        {'+'},
        {' '},
        {'\n'},
        {'t'},
        {0},
        {0x1f},
        {0x7f},
        {(byte) 0x80},
        {(byte) 0xc0},
        {(byte) 0xc3},
        {(byte) 0xff},
        {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
        {(byte) 0xed, (byte) 0x9f, (byte) 0xbf},
        {(byte) 0xe0, (byte) 0x9f, (byte) 0x80},
        {(byte) 0xf0, (byte) 0x8f, (byte) 0x80, (byte) 0x80},
        {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        {(byte) 0xf4, (byte) 0x8f, (byte) 0xbf, (byte) 0xbf},
        {(byte) 0xc3, (byte) 0xa9}
    };

    @Test
    void skipValue_mutatedText_isAcceptedExactlyWhenItIsJson() {
        long seed = 7_077_001;
        Random random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] text = DOCUMENTS.get(random.nextInt(DOCUMENTS.size())).getBytes(StandardCharsets.UTF_8);
            for (int edits = random.nextInt(4); edits > 0; edits--) {
                text = mutate(random, text);
            }
            accepted += compare(text) ? 1 : 0;
        }
        // Both sides of the line were met often enough for the test to mean something.
        assertThat(accepted).as("seed %d", seed).isBetween(MUTATIONS / 10, MUTATIONS * 9 / 10);
    }

    @Test
    void skipValue_textCutAnywhere_isAcceptedExactlyWhenItIsJson() {
        for (String document : DOCUMENTS) {
            byte[] text = document.getBytes(StandardCharsets.UTF_8);
            for (int length = 0; length <= text.length; length++) {
                compare(Arrays.copyOf(text, length));
            }
        }
    }

    @Test
    void skipValue_everyByteAfterEveryPrefixOfAString_isJudgedAlike() {
        for (int before = 0; before < 9; before++) {
            for (int value = 0; value < 256; value++) {
                byte[] text =
                        ("[\"" + "x".repeat(before) + "_" + "y".repeat(9) + "\"]").getBytes(StandardCharsets.US_ASCII);
                text[2 + before] = (byte) value;
                compare(text);
            }
        }
    }

    @Test
    void skipValue_realEvents_areAccepted() {
        for (String event : Fixtures.corpusEvents("todo-1")) {
            assertThat(compare(event.getBytes(StandardCharsets.UTF_8))).isTrue();
        }
    }

    @Test
    void skipValue_nestingUpToTheLimit_isAcceptedAndBeyondItIsNot() {
        for (String[] brackets : new String[][] {{"[", "]"}, {"{\"a\":", "}"}, {"[{\"a\":", "}]"}}) {
            int levels = brackets[0].startsWith("[{") ? DEPTH_MAX / 2 : DEPTH_MAX;
            String fits = brackets[0].repeat(levels) + "1" + brackets[1].repeat(levels);
            String tooDeep = "[" + fits + "]";
            assertThat(accepts(fits.getBytes(StandardCharsets.UTF_8))).isTrue();
            assertThat(accepts(tooDeep.getBytes(StandardCharsets.UTF_8))).isFalse();
            assertThat(accepts(fits.substring(1).getBytes(StandardCharsets.UTF_8)))
                    .isFalse();
            assertThat(accepts((fits + "]").getBytes(StandardCharsets.UTF_8))).isFalse();
        }
        String mixed = "[{\"a\":[".repeat(3_000) + "}".repeat(9_000);
        assertThat(accepts(mixed.getBytes(StandardCharsets.UTF_8))).isFalse();
    }

    @Test
    void walk_anyDocument_readsWhatTheOtherReaderReads() throws IOException {
        for (String document : DOCUMENTS) {
            byte[] text = document.getBytes(StandardCharsets.UTF_8);
            JsonScanner scanner = new JsonScanner(100).reset(text, 0, text.length);
            JsonNode walked = walk(scanner);
            scanner.end();
            assertThat(walked).isEqualTo(ORACLE.readTree(document));
        }
    }

    @Test
    void readString_longerThanWanted_isCutWithoutSplittingACharacter() {
        byte[] text = "\"a\\ud83d\\ude00b😀€\"".getBytes(StandardCharsets.UTF_8);
        List<String> read = new ArrayList<>();
        for (int charsMax = 0; charsMax < 8; charsMax++) {
            read.add(new JsonScanner(1).reset(text, 0, text.length).readString(charsMax));
        }
        assertThat(read).containsExactly("", "a", "a", "a😀", "a😀b", "a😀b", "a😀b😀", "a😀b😀€");
    }

    @Test
    void read_valueOfAnotherKind_isMalformed() {
        assertThatThrownBy(() -> scanner("1").readString(9)).isInstanceOf(MalformedEventsException.class);
        assertThatThrownBy(() -> scanner("\"1\"").readLong()).isInstanceOf(MalformedEventsException.class);
        assertThatThrownBy(() -> scanner("1.0").readLong()).isInstanceOf(MalformedEventsException.class);
        assertThatThrownBy(() -> scanner("9223372036854775808").readLong())
                .isInstanceOf(MalformedEventsException.class);
        assertThatThrownBy(() -> scanner("null").readDouble()).isInstanceOf(MalformedEventsException.class);
        assertThatThrownBy(() -> scanner("0").readBoolean()).isInstanceOf(MalformedEventsException.class);
        assertThatThrownBy(() -> scanner("[]").beginObject()).isInstanceOf(MalformedEventsException.class);
        assertThatThrownBy(() -> scanner("{}").beginArray()).isInstanceOf(MalformedEventsException.class);
        assertThatThrownBy(() -> scanner(" ").peek()).isInstanceOf(MalformedEventsException.class);
        assertThat(scanner("-9223372036854775808").readLong()).isEqualTo(Long.MIN_VALUE);
        assertThat(scanner("1e999").readDouble()).isInfinite();
        assertThat(scanner(" true ").readBoolean()).isTrue();
    }

    @Test
    void scan_mutatedEvents_areEitherRefusedOrAllKeptAsLinesOfJson() throws IOException {
        EventScanner events = new EventScanner(ScanLimits.DEFAULT);
        String upload = "[" + String.join(",", Fixtures.corpusEvents("todo-1").subList(4, 12)) + "]";
        long seed = 90_210;
        Random random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] text = mutate(random, upload.getBytes(StandardCharsets.UTF_8));
            ScannedEvents scanned;
            try {
                scanned = events.scan(text, 0, text.length, new WindowId("tab-1"), Fixtures.RECEIVED_AT);
            } catch (MalformedEventsException e) {
                continue;
            }
            accepted++;
            JsonNode expected = ORACLE.readTree(text);
            String[] lines =
                    StandardCharsets.UTF_8.decode(scanned.lines()).toString().split("\n", -1);
            assertThat(lines).as("seed %d", seed).hasSize(expected.size() + 1);
            for (int k = 0; k < expected.size(); k++) {
                ObjectNode line = (ObjectNode) ORACLE.readTree(lines[k]);
                assertThat(line.remove("w").textValue()).isEqualTo("tab-1");
                assertThat((JsonNode) line).isEqualTo(expected.get(k));
            }
        }
        assertThat(accepted).isPositive();
    }

    private static JsonScanner scanner(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new JsonScanner(100).reset(bytes, 0, bytes.length);
    }

    private static byte[] mutate(Random random, byte[] text) {
        int at = random.nextInt(text.length + 1);
        int removed = random.nextInt(3) == 0 ? Math.min(random.nextInt(4), text.length - at) : 0;
        byte[] inserted = removed > 0 && random.nextBoolean() ? new byte[0] : PIECES[random.nextInt(PIECES.length)];
        if (random.nextInt(8) == 0) {
            int from = random.nextInt(text.length + 1);
            inserted = Arrays.copyOfRange(text, from, Math.min(text.length, from + random.nextInt(12)));
        }
        byte[] mutated = new byte[text.length - removed + inserted.length];
        System.arraycopy(text, 0, mutated, 0, at);
        System.arraycopy(inserted, 0, mutated, at, inserted.length);
        System.arraycopy(text, at + removed, mutated, at + inserted.length, text.length - at - removed);
        return mutated.length == 0 ? text : mutated;
    }

    /** Whether the text is JSON, about which both readers must agree. */
    private static boolean compare(byte[] text) {
        boolean expected = isJson(text);
        assertThat(accepts(text)).as(() -> HexFormat.of().formatHex(text)).isEqualTo(expected);
        return expected;
    }

    private static boolean accepts(byte[] text) {
        // Other bytes around the text: the scanner must not look at them.
        byte[] padded = new byte[text.length + 18];
        Arrays.fill(padded, (byte) ' ');
        System.arraycopy(text, 0, padded, 9, text.length);
        try {
            JsonScanner scanner = new JsonScanner(DEPTH_MAX).reset(padded, 9, 9 + text.length);
            scanner.skipValue();
            scanner.end();
            return true;
        } catch (MalformedEventsException e) {
            return false;
        }
    }

    private static boolean isJson(byte[] text) {
        String decoded;
        try {
            decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            return false;
        }
        try (JsonParser parser = ORACLE.createParser(decoded)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    private static JsonNode number(JsonScanner json) {
        double value = json.readDouble();
        long whole = (long) value;
        if (!json.isWhole()) {
            return JsonNodeFactory.instance.numberNode(value);
        }
        return whole == (int) whole
                ? JsonNodeFactory.instance.numberNode((int) whole)
                : JsonNodeFactory.instance.numberNode(whole);
    }

    private static JsonNode walk(JsonScanner json) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        switch (json.peek()) {
            case OBJECT -> {
                ObjectNode object = make.objectNode();
                json.beginObject();
                while (json.nextMember()) {
                    String name = json.name();
                    object.set(name, walk(json));
                }
                return object;
            }
            case ARRAY -> {
                ArrayNode array = make.arrayNode();
                json.beginArray();
                while (json.nextElement()) {
                    array.add(walk(json));
                }
                return array;
            }
            case STRING -> {
                return make.textNode(json.readString(Integer.MAX_VALUE));
            }
            case BOOLEAN -> {
                return make.booleanNode(json.readBoolean());
            }
            case NULL -> {
                json.skipValue();
                return make.nullNode();
            }
            case NUMBER -> {
                return number(json);
            }
        }
        throw new AssertionError();
    }
}
