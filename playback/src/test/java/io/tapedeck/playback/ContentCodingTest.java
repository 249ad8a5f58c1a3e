package io.tapedeck.playback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentCodingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, deflate, br, zstd          | ZSTD",
                "gzip, deflate                    | GZIP",
                "ZSTD                             | ZSTD",
                "x-gzip                           | GZIP",
                "br                               | IDENTITY",
                "*                                | ZSTD",
                "*;q=0.1, gzip                    | GZIP",
                "zstd;q=0, gzip                   | GZIP",
                "zstd;q=0.000, *                  | GZIP",
                "zstd;q=0.5, gzip;q=0.8           | GZIP",
                "zstd;q=0.5,identity              | IDENTITY",
                "gzip;q=0.001                     | GZIP",
                "zstd ; q=0.3 , gzip ; q=0.2      | ZSTD",
                "zstd;q=2, gzip;q=0.1             | GZIP",
                "zstd;q=, gzip;q=0.1              | GZIP",
                "identity;q=0, gzip               | GZIP",
                "identity;q=0, *                  | ZSTD",
            })
    void negotiate_takesWhatTheClientLikesBest(String header, ContentCoding expected) {
        assertThat(ContentCoding.negotiate(List.of(header))).hasValue(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"identity;q=0", "*;q=0", "br, *;q=0", "identity;q=0, br", "zstd;q=0, gzip;q=0, identity;q=0, *"})
    void negotiate_takesNothingWhereAllIsRuledOut(String header) {
        assertThat(ContentCoding.negotiate(List.of(header))).isEmpty();
    }

    @Test
    void negotiate_withoutHeader_isIdentity() {
        assertThat(ContentCoding.negotiate(List.of())).hasValue(ContentCoding.IDENTITY);
        assertThat(ContentCoding.negotiate(List.of(""))).hasValue(ContentCoding.IDENTITY);
    }

    @Test
    void negotiate_readsRepeatedHeaders() {
        assertThat(ContentCoding.negotiate(List.of("br", "gzip"))).hasValue(ContentCoding.GZIP);
    }
}
