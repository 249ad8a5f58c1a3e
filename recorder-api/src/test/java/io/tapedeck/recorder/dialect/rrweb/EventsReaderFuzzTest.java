package io.tapedeck.recorder.dialect.rrweb;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.dialect.Decoding;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.event.EventScanner;
import io.tapedeck.store.event.MalformedEventsException;
import io.tapedeck.store.event.ScanLimits;
import io.tapedeck.store.fuzz.Fuzzer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Bodies that are nearly right: whatever the bytes, their events are found, or they are refused as MALFORMED. */
public class EventsReaderFuzzTest {
    private static final long BYTES_MAX = 64L << 20;
    private static final EventScanner SCANNER = new EventScanner(ScanLimits.DEFAULT);

    private final EventsEndpoint endpoint = new EventsEndpoint();

    @Test
    void decode_ofABodyNearlyRight_isReadOrRefused() throws Exception {
        List<String> events = Fixtures.corpusEvents("todo-1").subList(5, 12);
        new Fuzzer(EventsReaderFuzzTest.class, BYTES_MAX, this::decode)
                .seed(utf8("{\"events\":[" + String.join(",", events) + "]}"))
                .seed(utf8("[" + events.stream().map(Packer::pack).collect(Collectors.joining(",")) + "]"))
                .seed(utf8(
                        "{\"a\":[{}],\"events\":[" + events.get(0) + "," + Packer.pack(events.get(1)) + "],\"b\":1}"))
                .run(20_000);
    }

    /** The name by which a fuzzer of its own finds it: see docs/testing.md. */
    public static void fuzzerTestOneInput(byte[] input) {
        new EventsReaderFuzzTest().decode(input);
    }

    private boolean decode(byte[] input) {
        Upload upload;
        try {
            upload = Decoding.decode(endpoint, Decoding.head("/?session=s&window=w"), input)
                    .uploads()
                    .get(0);
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.MALFORMED);
            return false;
        }
        ByteBuffer events = upload.events();
        int from = events.arrayOffset() + events.position();
        try {
            SCANNER.scan(events.array(), from, from + events.remaining(), upload.window(), 0);
            return true;
        } catch (MalformedEventsException refused) {
            return false;
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
