package io.tapedeck.recorder.dialect.tapedeck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.store.event.ScanLimits;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeReaderTest {
    private final EnvelopeReader reader = new EnvelopeReader(ScanLimits.DEFAULT);

    @Test
    void read_ofTraitsNestedAsDeepAsTheyMay_keepsThem() {
        String traits = "{\"a\":" + nested(63) + "}";

        assertThat(reader.read(ByteBuffer.wrap(withTraits(traits))).person().traits())
                .hasToString(traits);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 995, 996, 997, 998, 999, 1_000})
    void read_ofTraitsNestedDeeper_isMalformed(int arrays) {
        assertThatThrownBy(() -> reader.read(ByteBuffer.wrap(withTraits("{\"a\":" + nested(arrays) + "}"))))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.problem().code()).isEqualTo(ProblemCode.MALFORMED);
                    assertThat(refused.problem().detail()).contains("user.traits", "64");
                });
    }

    @Test
    void read_doesNotHoldOnToTheBody() {
        for (String traits : new String[] {"{}", "[]"}) {
            WeakReference<byte[]> body = read(traits);
            await("collected, traits " + traits).until(() -> {
                System.gc();
                return body.get() == null;
            });
        }
    }

    private WeakReference<byte[]> read(String traits) {
        byte[] body = withTraits(traits);
        try {
            reader.read(ByteBuffer.wrap(body));
        } catch (ProblemException refused) {
            assertThat(traits).isEqualTo("[]");
        }
        return new WeakReference<>(body);
    }

    private static String nested(int arrays) {
        return "[".repeat(arrays) + "]".repeat(arrays);
    }

    private static byte[] withTraits(String traits) {
        return ("{\"session\":\"s\",\"window\":\"w\",\"masking\":{\"level\":\"strict\"},\"events\":[],"
                        + "\"user\":{\"id\":\"u\",\"traits\":" + traits + "}}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
