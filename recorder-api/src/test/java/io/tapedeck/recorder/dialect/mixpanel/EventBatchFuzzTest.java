package io.tapedeck.recorder.dialect.mixpanel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.dialect.Decoding;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.store.Capture;
import io.tapedeck.store.event.EventScanner;
import io.tapedeck.store.event.ScanLimits;
import io.tapedeck.store.event.ScannedEvents;
import io.tapedeck.store.fuzz.Fuzzer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Batches of events that are nearly right: whatever the bytes, they are refused, or every event made of them is sound. */
public class EventBatchFuzzTest {
    private static final long BYTES_MAX = 32L << 20;
    private static final EventScanner SCANNER = new EventScanner(ScanLimits.DEFAULT);
    private static final Set<ProblemCode> REFUSALS =
            Set.of(ProblemCode.MALFORMED, ProblemCode.UNAUTHENTICATED, ProblemCode.TOO_LARGE);

    private final EventsEndpoint endpoint = new EventsEndpoint();

    @Test
    void decode_ofABatchNearlyRight_isReadOrRefused() throws Exception {
        String batch =
                "[{\"event\":\"Paid \\u00e9\",\"properties\":{\"token\":\"t\",\"time\":1795293661.197,\"a\":{\"b\":[1]},"
                        + "\"$insert_id\":\"x\",\"$mp_replay_id\":\"r1\",\"$user_id\":12,\"$lib_version\":\"2.83.0\"}},"
                        + "{\"event\":\"$mp_web_page_view\",\"properties\":{\"token\":\"t\",\"time\":1795293661197,"
                        + "\"$current_url\":\"https://a.example/?q=\\\"1\\\"\",\"$mp_replay_id\":\"r1\"}}]";
        Fuzzer fuzzer = new Fuzzer(EventBatchFuzzTest.class, BYTES_MAX, this::decode)
                .seed(utf8(batch))
                .seed(utf8("data=" + Base64.getEncoder().encodeToString(utf8(batch))))
                .seed(utf8("ip=1&data=%5B%7B%22%24token%22:%22t%22%7D%5D"));
        Capture.named("mixpanel-v-body").postedTo("/track/").forEach(request -> fuzzer.seed(request.bytes()));
        fuzzer.run(20_000);
    }

    /** The name by which a fuzzer of its own finds it: see docs/testing.md. */
    public static void fuzzerTestOneInput(byte[] input) {
        new EventBatchFuzzTest().decode(input);
    }

    private boolean decode(byte[] input) {
        try {
            for (Upload upload :
                    Decoding.decode(endpoint, Decoding.head("/track/"), input).uploads()) {
                ByteBuffer events = upload.events();
                int from = events.arrayOffset() + events.position();
                ScannedEvents scanned =
                        SCANNER.scan(events.array(), from, from + events.remaining(), upload.window(), 0);
                assertThat(scanned.events()).isLessThanOrEqualTo(1);
            }
            return true;
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isIn(REFUSALS);
            return false;
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
