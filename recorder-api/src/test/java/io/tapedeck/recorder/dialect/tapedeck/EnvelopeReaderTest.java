package io.tapedeck.recorder.dialect.tapedeck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.store.event.ScanLimits;
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

    private static String nested(int arrays) {
        return "[".repeat(arrays) + "]".repeat(arrays);
    }

    private static byte[] withTraits(String traits) {
        return ("{\"session\":\"s\",\"window\":\"w\",\"masking\":{\"level\":\"strict\"},\"events\":[],"
                        + "\"user\":{\"id\":\"u\",\"traits\":" + traits + "}}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
