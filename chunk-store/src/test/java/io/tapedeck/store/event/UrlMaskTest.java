package io.tapedeck.store.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlMaskTest {
    @ParameterizedTest
    @CsvSource({
        "https://a.example/x, https://a.example/x",
        "https://a.example/x?, https://a.example/x?",
        "https://a.example/x?a=1&b=2, https://a.example/x?a=***&b=***",
        "https://a.example/x?a=1&&b, https://a.example/x?a=***&&***",
        "https://a.example/x?a=b=c?d=e, https://a.example/x?a=***",
        "https://a.example/x?token, https://a.example/x?***",
        "https://a.example/x?a=***, https://a.example/x?a=***",
        "https://ann:pw@a.example/x, https://a.example/x",
        "https://ann@b@a.example?c=@, https://a.example?c=***",
        "https://a.example/@ann, https://a.example/@ann",
        "https://a.example/x#part, https://a.example/x#part",
        "https://a.example/x?a=1#/route/7?b=2&c=3, https://a.example/x?a=***#/route/7?b=***&c=***",
        "https://a.example/#access_token=abc&state=d, https://a.example/#access_token=***&state=***",
        "/relative?a=1, /relative?a=***",
        "about:blank, about:blank",
        "'', ''"
    })
    void mask_keepsNamesAndPathsAndHidesValues(String url, String masked) {
        assertThat(UrlMask.mask(url)).isEqualTo(masked);
        assertThat(UrlMask.mask(masked)).isEqualTo(masked);
    }

    @Test
    void mask_anyText_isBoundedAndFitToBeStored() {
        String masked =
                UrlMask.mask("https://a.example/\u0000\ud800" + "x".repeat(10_000) + "?a=" + "y".repeat(10_000));

        assertThat(masked).hasSize(UrlMask.LENGTH_MAX).doesNotContain("\u0000", "\ud800");
    }
}
