package io.tapedeck.recorder.dialect.sentry;

import static io.tapedeck.recorder.dialect.sentry.SentryEnvelope.EVENT;
import static io.tapedeck.recorder.dialect.sentry.SentryEnvelope.utf8;
import static io.tapedeck.recorder.dialect.sentry.SentryEnvelope.zlib;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.recorder.inflate.BodyInflater;
import io.tapedeck.recorder.inflate.CountingBudget;
import io.tapedeck.recorder.inflate.InflateLimits;
import io.tapedeck.recorder.inflate.Unpacker;
import io.tapedeck.store.fuzz.Fuzzer;
import io.vertx.core.MultiMap;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Envelopes that are nearly right: whatever the bytes, they are taken apart or refused for good, and no memory stays held. */
public class SentryFuzzTest {
    private static final long BYTES_MAX = 64L << 20;
    private static final int UNPACKED_BYTES_MAX = 1 << 20;
    private static final Set<ProblemCode> REFUSALS =
            Set.of(ProblemCode.MALFORMED, ProblemCode.TOO_LARGE, ProblemCode.UNAUTHENTICATED);

    private final EnvelopeEndpoint endpoint = new EnvelopeEndpoint();

    @Test
    void decode_ofAnEnvelopeNearlyRight_isTakenApartOrRefused() throws Exception {
        String span = "{\"type\":5,\"data\":{\"tag\":\"performanceSpan\"},\"timestamp\":1795293794.7992}";
        new Fuzzer(SentryFuzzTest.class, BYTES_MAX, this::decode)
                .seed(SentryEnvelope.replay(EVENT))
                .seed(SentryEnvelope.begin("{\"dsn\":\"https://key@host/1\",\"trace\":{\"replay_id\":\"r\"}}")
                        .item("session", "{\"sid\":1}")
                        .replayEvent(",\"user\":{\"id\":\"u\",\"n\":[1]},\"tags\":{\"a\":\"b\"},\"release\":\"r\"")
                        .recording(3, utf8("[" + span + "," + EVENT.substring(1)))
                        .bytes())
                .seed(SentryEnvelope.begin()
                        .replayEvent("")
                        .recording(0, zlib("[" + span + "]"))
                        .bytes())
                .seed(SentryEnvelope.begin()
                        .item(
                                "event",
                                "{\"exception\":{\"values\":[{\"type\":\"E\",\"value\":\"v\",\"stacktrace\":{\"frames\":["
                                        + "{\"filename\":\"f\",\"function\":\"g\",\"lineno\":1,\"colno\":2}]}}]},"
                                        + "\"timestamp\":1795293794.5,\"contexts\":{\"replay\":{\"replay_id\":\"r\"}}}")
                        .bytes())
                .run(30_000);
    }

    /** The name by which a fuzzer of its own finds it: see docs/testing.md. */
    public static void fuzzerTestOneInput(byte[] input) {
        new SentryFuzzTest().decode(input);
    }

    private boolean decode(byte[] input) {
        CountingBudget budget = new CountingBudget();
        RequestHead head =
                new RequestHead(Map.of(), MultiMap.caseInsensitiveMultiMap(), MultiMap.caseInsensitiveMultiMap());
        BodyInflater inflater = new BodyInflater(InflateLimits.upTo(UNPACKED_BYTES_MAX));
        try (Unpacker unpacker = new Unpacker(inflater, UNPACKED_BYTES_MAX, budget)) {
            head.query().add("sentry_key", "k");
            List<Upload> uploads =
                    endpoint.decode(head, ByteBuffer.wrap(input), unpacker).uploads();
            assertThat(uploads).hasSizeLessThanOrEqualTo(1 + EnvelopeReader.ITEMS_MAX);
            return !uploads.isEmpty();
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isIn(REFUSALS);
            return false;
        } finally {
            assertThat(budget.held()).isZero();
        }
    }
}
