package io.tapedeck.recorder.dialect.posthog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.dialect.Endpoint.Decoded;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.store.event.EventScanner;
import io.tapedeck.store.event.MalformedEventsException;
import io.tapedeck.store.event.ScanLimits;
import io.tapedeck.store.fuzz.Fuzzer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Bodies that are nearly right: they are read, and what is made here of them is sound, or they are refused with a reason. */
public class CaptureFuzzTest {
    private static final long BYTES_MAX = 64L << 20;
    private static final long RECEIVED_AT = 1_795_293_600_000L;
    private static final EventScanner SCANNER = new EventScanner(ScanLimits.DEFAULT);
    private static final Set<ProblemCode> REFUSALS =
            Set.of(ProblemCode.MALFORMED, ProblemCode.UNAUTHENTICATED, ProblemCode.TOO_LARGE);

    private final Bodies bodies = new Bodies();

    @Test
    void decode_ofABodyNearlyRight_isReadOrRefused() throws Exception {
        String packed = TextNode.valueOf(Bodies.packed("{\"node\":{\"id\":1}}")).toString();
        String list = TextNode.valueOf(Bodies.packed("[]")).toString();
        String events = "{\"type\":2,\"data\":" + packed + ",\"timestamp\":5,\"cv\":\"2024-10\"},"
                + "{\"cv\":\"2024-10\",\"type\":3,\"data\":{\"source\":0,\"adds\":" + list + ",\"texts\":" + list
                + "},\"timestamp\":6}";
        new Fuzzer(CaptureFuzzTest.class, BYTES_MAX, this::decode)
                .seed(utf8("[" + RecordingsTest.capture(events) + "]"))
                .seed(utf8(RecordingsTest.capture("").replace("[]", "{\"type\":0,\"timestamp\":1,\"data\":{}}")))
                .seed(
                        utf8(
                                "{\"api_key\":\"phc_1\",\"batch\":[{\"event\":\"$identify\",\"uuid\":\"01a1ffd5-d577-7aed-9a17-"
                                        + "888508326298\",\"properties\":{\"$session_id\":\"s\",\"$window_id\":7,\"distinct_id\":\"u\"},"
                                        + "\"$set\":{\"a\":[1]},\"timestamp\":\"2026-11-21T20:39:26.327Z\"},{\"event\":\"bought\","
                                        + "\"properties\":{\"$session_id\":\"s\",\"eur\":5,\"$time\":1795293566.5}}],\"sent_at\":1}"))
                .seed(utf8(
                        "[{\"event\":\"$exception\",\"timestamp\":5,\"properties\":{\"token\":\"phc_1\",\"$session_id\":\"s\","
                                + "\"$exception_list\":[{\"type\":\"A\",\"value\":\"b\",\"stacktrace\":{\"frames\":[{\"function\":"
                                + "\"f\",\"lineno\":1e3}]}}]}}]"))
                .seed(utf8("data=eyJ0b2tlbiI6InBoY18xIn0%3D&compression=base64"))
                .run(30_000);
    }

    /** The name by which a fuzzer of its own finds it: see docs/testing.md. */
    public static void fuzzerTestOneInput(byte[] input) {
        new CaptureFuzzTest().decode(input);
    }

    private boolean decode(byte[] input) {
        if (input.length > 1 && input[0] == 0x1f) {
            // The gateway decompresses: that is fuzzed elsewhere.
            return false;
        }
        Decoded decoded;
        try {
            decoded = bodies.decode("", input);
        } catch (ProblemException refused) {
            assertThat(REFUSALS).contains(refused.problem().code());
            return false;
        } finally {
            assertThat(bodies.budget().held()).isZero();
        }
        assertThat(decoded.key()).isNotNull();
        decoded.uploads().forEach(CaptureFuzzTest::check);
        return !decoded.uploads().isEmpty();
    }

    /** What was said beside a recording is made here, so it must be sound; a recording is scanned as any. */
    private static void check(Upload upload) {
        ByteBuffer events = upload.events();
        int from = events.arrayOffset() + events.position();
        try {
            SCANNER.scan(events.array(), from, from + events.remaining(), upload.window(), RECEIVED_AT);
        } catch (MalformedEventsException refused) {
            assertThat(upload.isRecording()).as(refused.getMessage()).isTrue();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
