package io.tapedeck.recorder.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.inflate.CountingBudget;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.AdminCatalog.OnLessMasking;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.RetentionPolicy;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivacyGuardTest {
    private static final String SNAPSHOT = """
            [{"type":2,"timestamp":1,"data":{"initialOffset":{"top":0,"left":0},"node":{"type":0,"id":1,"childNodes":[
              {"type":2,"tagName":"style","attributes":{},"id":2,"childNodes":[{"type":3,"textContent":"a{color:red}","isStyle":true,"id":3}]},
              {"type":2,"tagName":"p","attributes":{"title":"Hello Ann","class":"big"},"id":4,"childNodes":[{"type":3,"textContent":"Dear Ann","id":5}]},
              {"type":2,"tagName":"input","attributes":{"type":"text","value":"Ann"},"id":6,"childNodes":[]},
              {"type":2,"tagName":"input","attributes":{"value":"no type"},"id":7,"childNodes":[]},
              {"type":2,"tagName":"input","attributes":{"type":"submit","value":"Send"},"id":8,"childNodes":[]},
              {"type":2,"tagName":"input","attributes":{"type":"checkbox","value":"yes","checked":true},"id":9,"childNodes":[]},
              {"type":2,"tagName":"textarea","attributes":{"value":"a note"},"id":10,"childNodes":[{"type":3,"textContent":"a note","id":11}]},
              {"type":2,"tagName":"select","attributes":{"value":"de"},"id":12,"childNodes":[
                {"type":2,"tagName":"option","attributes":{"value":"de","selected":true},"id":13,"childNodes":[]}]},
              {"type":2,"tagName":"div","attributes":{"contenteditable":""},"id":15,"childNodes":[
                {"type":2,"tagName":"b","attributes":{},"id":16,"childNodes":[{"type":3,"textContent":"a draft","id":17}]}]},
              {"type":2,"tagName":"x-field","attributes":{"value":"custom"},"id":18,"childNodes":[]}]}}},
             {"type":3,"timestamp":2,"data":{"source":5,"text":"Ann B","isChecked":false,"id":6}},
             {"type":3,"timestamp":3,"data":{"source":0,"removes":[],
               "adds":[{"parentId":4,"nextId":null,"node":{"type":2,"tagName":"input","attributes":{"value":"late"},"id":14,"childNodes":[]}}],
               "attributes":[{"id":6,"attributes":{"value":"Ann C","class":"x"}}],
               "texts":[{"id":5,"value":"Dear Bob"}]}},
             {"type":3,"timestamp":4,"data":{"source":1,"positions":[{"x":1.5,"y":2,"id":6,"timeOffset":-10}]}},
             {"type":4,"timestamp":5,"data":{"href":"https://a.example/?x=***","width":1,"height":1}}]
            """;

    private final PrivacyGuard guard = new PrivacyGuard();
    private final CountingBudget budget = new CountingBudget();

    @ParameterizedTest
    @CsvSource({
        "STRICT,   STRICT,   true",
        "STRICT,   BALANCED, false",
        "STRICT,   OPEN,     false",
        "BALANCED, STRICT,   true",
        "BALANCED, BALANCED, true",
        "BALANCED, OPEN,     false",
        "OPEN,     STRICT,   true",
        "OPEN,     BALANCED, true",
        "OPEN,     OPEN,     true",
    })
    void check_comparesWhatIsDeclared(MaskingLevel asked, MaskingLevel declared, boolean allowed) {
        if (allowed) {
            assertThat(check(SNAPSHOT, declared, asked, OnLessMasking.REJECT)).isEmpty();
        } else {
            assertRefused(SNAPSHOT, declared, asked);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"password\",\"value\":\"hunter2\"}",
                "{\"value\":\"hunter2\",\"id\":\"x\",\"type\":\"PassWord\"}",
                "{\"type\":\"password\",\"value\":\"****x\"}",
                "{\"type\":\"password\",\"data\":{\"a\":[1]},\"value\":\" \"}",
            })
    void check_ofAPasswordInClear_refusesWhateverIsDeclared(String attributes) {
        assertRefused(inputWith(attributes), MaskingLevel.STRICT, MaskingLevel.OPEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "p", "pa", "ord", "word", "passwor", "ppassword", "swordpas", "d", "pAsSwOrD", "ssssssss"})
    void check_ofAPasswordInClear_findsItBehindAnything(String before) {
        String attributes = "{\"class\":\"" + before + "\",\"type\":\"PassWord\",\"value\":\"hunter2\"}";

        assertRefused(inputWith(attributes), MaskingLevel.STRICT, MaskingLevel.OPEN);
    }

    /** Bytes are looked at eight at a time, the last ones one by one. */
    @Test
    void check_ofAPasswordInClear_findsItAtAnyPlace() {
        for (int spaces = 0; spaces < 32; spaces++) {
            String atTheEnd = "[" + " ".repeat(spaces) + "{\"attributes\":{\"value\":\"x\",\"type\":\"passWORD\"}}]";
            assertRefused(atTheEnd, MaskingLevel.STRICT, MaskingLevel.OPEN);
            assertRefused(
                    inputWith("{\"value\":\"x\",\"c\":\"" + "wo".repeat(spaces) + "\",\"type\":\"password\"}"),
                    MaskingLevel.STRICT,
                    MaskingLevel.OPEN);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"password\",\"value\":\"\"}",
                "{\"type\":\"password\",\"value\":\"*******\"}",
                "{\"type\":\"password\",\"value\":\"•••\"}",
                "{\"type\":\"password\"}",
                "{\"type\":\"text\",\"value\":\"password\"}",
                "{\"name\":\"password\",\"value\":\"shown\"}",
                "{\"type\":\"passwords\",\"value\":\"shown\"}",
                "{\"value\":{\"type\":\"password\"}}",
            })
    void check_ofNoPasswordInClear_isFine(String attributes) {
        assertThat(check(inputWith(attributes), MaskingLevel.OPEN, MaskingLevel.OPEN, OnLessMasking.REJECT))
                .isEmpty();
    }

    @Test
    void check_ofDeepNodes_needsNoStack() {
        String deep = "{\"childNodes\":[".repeat(2_000)
                + "{\"attributes\":{\"type\":\"password\",\"value\":\"x\"}}"
                + "]}".repeat(2_000);

        assertRefused("[" + deep + "]", MaskingLevel.STRICT, MaskingLevel.OPEN);
        assertThatThrownBy(() -> check("[" + deep + "]", MaskingLevel.STRICT, MaskingLevel.OPEN, OnLessMasking.REDACT))
                .as("too deep to be masked")
                .isInstanceOf(ProblemException.class);
        assertThat(budget.held()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {31, 32, 63, 64, 65, 200})
    void check_ofAttributesWithMembersAtAnyDepth_looksAtThem(int nodes) {
        String deep = "{\"childNodes\":[".repeat(nodes)
                + "{\"attributes\":{\"a\":{},\"type\":\"password\",\"value\":\"x\"}}"
                + "]}".repeat(nodes);

        assertRefused("[" + deep + "]", MaskingLevel.STRICT, MaskingLevel.OPEN);
    }

    @ParameterizedTest
    @ValueSource(ints = {31, 32, 63, 64, 65, 200})
    void check_ofUndeclaredMasking_passesOverAttributesMembersAtAnyDepth(int nodes) {
        String deep = "{\"type\":0,\"childNodes\":[".repeat(nodes)
                + "{\"type\":2,\"tagName\":\"p\",\"attributes\":{\"a\":{}}}"
                + "]}".repeat(nodes);
        String snapshot = "[{\"type\":2,\"timestamp\":1,\"data\":" + deep + "}]";

        assertThat(check(snapshot, null, MaskingLevel.BALANCED, OnLessMasking.REDACT))
                .isEmpty();
    }

    @Test
    void check_isNotHeldOnToAfterwards() {
        String password = inputWith("{\"type\":\"password\",\"value\":\"hunter2\"}");

        for (MaskingLevel declared : new MaskingLevel[] {MaskingLevel.BALANCED, null}) {
            WeakReference<byte[]> events = checked(password, declared);
            await("collected, declared " + declared).until(() -> {
                System.gc();
                return events.get() == null;
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"{}, ", "[], ", "'\"a\"', ", "{}, OPEN", "[], OPEN"})
    void check_ofAnEventThatIsMuchLargerAsATree_reservesThat(String value, MaskingLevel declared) {
        String events = "[{\"type\":5,\"timestamp\":1,\"data\":{\"tag\":\"x\",\"payload\":[\"?\""
                + ("," + value).repeat(100_000) + "]}}]";
        budget.limitTo(6 << 20);

        assertThatThrownBy(() -> check(events, declared, MaskingLevel.BALANCED, OnLessMasking.REDACT))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(ProblemCode.OVER_CAPACITY));
        assertThat(budget.held()).isZero();
    }

    private WeakReference<byte[]> checked(String events, MaskingLevel declared) {
        ProjectSettings project = new ProjectSettings(
                MaskingLevel.BALANCED,
                OnLessMasking.REDACT,
                List.of(),
                RetentionPolicy.DEFAULT,
                1.0,
                true,
                CaptureSettings.DEFAULT);
        byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
        assertThat(guard.check(ByteBuffer.wrap(bytes), declared, project, budget))
                .isPresent();
        return new WeakReference<>(bytes);
    }

    @Test
    void redact_atBalanced_masksWhatIsTyped() throws IOException {
        JsonNode masked = redact(MaskingLevel.OPEN, MaskingLevel.BALANCED);

        assertThat(node(masked, 2).at("/attributes/value").asText()).isEqualTo("***");
        assertThat(node(masked, 3).at("/attributes/value").asText()).isEqualTo("** ****");
        assertThat(node(masked, 4).at("/attributes/value").asText()).isEqualTo("Send");
        assertThat(node(masked, 5)).isEqualTo(node(original(), 5));
        assertThat(node(masked, 6).at("/attributes/value").asText()).isEqualTo("* ****");
        assertThat(node(masked, 6).at("/childNodes/0/textContent").asText()).isEqualTo("* ****");
        assertThat(node(masked, 7).at("/attributes/value").asText()).isEqualTo("**");
        assertThat(node(masked, 7).at("/childNodes/0/attributes").has("selected"))
                .isFalse();
        assertThat(node(masked, 8).at("/childNodes/0/childNodes/0/textContent").asText())
                .isEqualTo("* *****");
        assertThat(node(masked, 9).at("/attributes/value").asText()).isEqualTo("******");
        assertThat(masked.at("/1/data/text").asText()).isEqualTo("*** *");
        assertThat(masked.at("/1/data/isChecked").asBoolean(true)).isFalse();
        assertThat(masked.at("/2/data/adds/0/node/attributes/value").asText()).isEqualTo("****");
        assertThat(masked.at("/2/data/attributes/0/attributes/value").asText()).isEqualTo("*** *");
    }

    @Test
    void redact_atBalanced_leavesTheRest() throws IOException {
        JsonNode masked = redact(MaskingLevel.OPEN, MaskingLevel.BALANCED);

        assertThat(node(masked, 0)).isEqualTo(node(original(), 0));
        assertThat(node(masked, 1)).isEqualTo(node(original(), 1));
        assertThat(masked.at("/2/data/texts")).isEqualTo(original().at("/2/data/texts"));
        assertThat(masked.at("/3")).isEqualTo(original().at("/3"));
        assertThat(masked.at("/4")).isEqualTo(original().at("/4"));
        assertThat(masked).hasSameSizeAs(original());
    }

    @Test
    void redact_atStrict_masksTextToo() throws IOException {
        JsonNode masked = redact(MaskingLevel.BALANCED, MaskingLevel.STRICT);

        assertThat(node(masked, 0)).as("style sheets are no text").isEqualTo(node(original(), 0));
        assertThat(node(masked, 1).at("/attributes/title").asText()).isEqualTo("***** ***");
        assertThat(node(masked, 1).at("/attributes/class").asText()).isEqualTo("big");
        assertThat(node(masked, 1).at("/childNodes/0/textContent").asText()).isEqualTo("**** ***");
        assertThat(node(masked, 4).at("/attributes/value").asText()).isEqualTo("****");
        assertThat(masked.at("/2/data/texts/0/value").asText()).isEqualTo("**** ***");
        assertThat(masked.toString()).doesNotContain("Ann", "Bob", "note", "late");
    }

    @Test
    void redact_ofALeakedPassword_masksAllThatIsTyped() throws IOException {
        String events = inputWith("{\"type\":\"password\",\"value\":\"hunter2\"}");

        String masked = text(check(events, MaskingLevel.OPEN, MaskingLevel.OPEN, OnLessMasking.REDACT)
                .orElseThrow());

        assertThat(masked).contains("*******").doesNotContain("hunter2");
    }

    @Test
    void redact_keepsOddTextReadable() throws IOException {
        String events = "[{\"type\":5,\"data\":{\"tag\":\"\\ud800 \\u0000 é 😀\"},\"timestamp\":1}]";

        ByteBuffer masked = check(events, MaskingLevel.OPEN, MaskingLevel.BALANCED, OnLessMasking.REDACT)
                .orElseThrow();

        assertThat(new ObjectMapper().readTree(text(masked))).isEqualTo(new ObjectMapper().readTree(events));
    }

    private JsonNode redact(MaskingLevel declared, MaskingLevel asked) throws IOException {
        ByteBuffer masked =
                check(SNAPSHOT, declared, asked, OnLessMasking.REDACT).orElseThrow();
        assertThat(budget.held()).as("held for the copy").isEqualTo(masked.remaining());
        return new ObjectMapper().readTree(text(masked));
    }

    private Optional<ByteBuffer> check(String events, MaskingLevel declared, MaskingLevel asked, OnLessMasking then) {
        ProjectSettings project = new ProjectSettings(
                asked, then, List.of(), RetentionPolicy.DEFAULT, 1.0, true, CaptureSettings.DEFAULT);
        byte[] framed = ("xx" + events + "yy").getBytes(StandardCharsets.UTF_8);
        return guard.check(ByteBuffer.wrap(framed, 2, framed.length - 4), declared, project, budget);
    }

    private void assertRefused(String events, MaskingLevel declared, MaskingLevel asked) {
        assertThatThrownBy(() -> check(events, declared, asked, OnLessMasking.REJECT))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(ProblemCode.MASKING_VIOLATION));
    }

    private static String inputWith(String attributes) {
        return "[{\"type\":2,\"timestamp\":1,\"data\":{\"node\":{\"type\":2,\"tagName\":\"input\",\"attributes\":"
                + attributes + ",\"id\":1,\"childNodes\":[]}}}]";
    }

    private static JsonNode original() throws IOException {
        return new ObjectMapper().readTree(SNAPSHOT);
    }

    /** A child of the snapshot's document. */
    private static JsonNode node(JsonNode events, int index) {
        return events.at("/0/data/node/childNodes/" + index);
    }

    private static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }
}
