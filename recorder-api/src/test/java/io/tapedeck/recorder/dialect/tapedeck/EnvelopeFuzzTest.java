package io.tapedeck.recorder.dialect.tapedeck;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.event.EventScanner;
import io.tapedeck.store.event.MalformedEventsException;
import io.tapedeck.store.event.ScanLimits;
import io.tapedeck.store.event.ScannedEvents;
import io.tapedeck.store.fuzz.Fuzzer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Uploads that are nearly right: whatever the bytes, they are read, and their events scanned, or refused as MALFORMED. */
public class EnvelopeFuzzTest {
    private static final long BYTES_MAX = 32L << 20;
    private static final EventScanner SCANNER = new EventScanner(ScanLimits.DEFAULT);
    private static final long RECEIVED_AT = 1_794_116_500_000L;

    private final EnvelopeReader reader = new EnvelopeReader(ScanLimits.DEFAULT);

    @Test
    void read_ofAnUploadNearlyRight_isReadOrRefused() throws Exception {
        List<String> events = Fixtures.corpusEvents("todo-1");
        new Fuzzer(EnvelopeFuzzTest.class, BYTES_MAX, this::decode)
                .seed(utf8("{\"session\":\"s1\",\"window\":\"w1\",\"seq\":3,\"sentAt\":1794116402999.5,\"final\":true,"
                        + "\"user\":{\"id\":\"u\\u00e91\",\"traits\":{\"plan\":\"pro\",\"n\":[1,null]}},"
                        + "\"masking\":{\"level\":\"balanced\",\"version\":1},\"release\":\"1.2\",\"tags\":{\"a\":\"b\"},"
                        + "\"unknown\":{\"x\":[{}]},\"events\":[" + Fixtures.event(RECEIVED_AT, "čau 😀") + "]}"))
                .seed(
                        utf8(
                                "{\"events\":[],\"masking\":{\"level\":\"open\"},\"window\":\"w\",\"session\":\"s\",\"final\":true}"))
                .seed(utf8("{\"session\":\"s1\",\"window\":\"w1\",\"masking\":{\"level\":\"strict\"},\"events\":["
                        + String.join(",", events.subList(5, 15)) + "]}"))
                .run(30_000);
    }

    /** The name by which a fuzzer of its own finds it: see docs/testing.md. */
    public static void fuzzerTestOneInput(byte[] input) {
        new EnvelopeFuzzTest().decode(input);
    }

    private boolean decode(byte[] input) {
        Upload upload;
        try {
            upload = reader.read(ByteBuffer.wrap(input));
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.MALFORMED);
            return false;
        }
        ByteBuffer events = upload.events();
        int from = events.arrayOffset() + events.position();
        try {
            ScannedEvents scanned =
                    SCANNER.scan(events.array(), from, from + events.remaining(), upload.window(), RECEIVED_AT);
            assertThat(linesIn(scanned.lines())).isEqualTo(scanned.events());
            return true;
        } catch (MalformedEventsException refused) {
            return false;
        }
    }

    private static int linesIn(ByteBuffer lines) {
        int count = 0;
        while (lines.hasRemaining()) {
            count += lines.get() == '\n' ? 1 : 0;
        }
        return count;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
