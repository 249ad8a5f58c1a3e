package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tapedeck.store.CaptureSettings.Selectors;
import io.tapedeck.store.CaptureSettings.UrlRules;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureSettingsTest {
    /** The same table is in the recorder's {@code pages.test.ts}: both must agree on what a pattern means. */
    @ParameterizedTest
    @CsvSource({
        "/checkout,            https://a.example/checkout,              true",
        "/checkout,            https://a.example/checkout?step=2#pay,   true",
        "/checkout,            http://b.example:8080/checkout,          true",
        "/checkout,            https://a.example/checkout/pay,          false",
        "/checkout,            https://a.example/de/checkout,           false",
        "/checkout*,           https://a.example/checkout/pay?x=/y,     true",
        "/checkout*,           https://a.example/cart?next=/checkout,   false",
        "*/checkout,           https://a.example/de/checkout,           true",
        "/*/pay,               https://a.example/de/checkout/pay,       true",
        "/*/pay,               https://a.example/pay,                   false",
        "https://a.example/*,  https://a.example/,                      true",
        "https://a.example/*,  https://evil.example/https://a.example/, false",
        "https://*.example/,   https://a.example/?q=1,                  true",
        "https://*.example/,   https://b.other/?x=a.example/,           false",
        "/a?x=1*,              https://a.example/a?x=1&y=2,             true",
        "/a?x=1*,              https://a.example/a?y=2&x=1,             false",
        "/app*#/users/*,       https://a.example/app?v=2#/users/7,      true",
        "/app*#/users/*,       https://a.example/app#/orders/7,         false",
        "/a.b(c)[d]+$|,        https://a.example/a.b(c)[d]+$|,          true",
        "/a.b,                 https://a.example/axb,                   false",
        "*,                    https://a.example/x?y#z,                 true",
        "/a*a*b,               https://a.example/ab,                    false",
        "/a*a*b,               https://a.example/aab,                   true",
        "/Cart,                https://a.example/cart,                  false",
    })
    void regex_meansTheSameAsThePattern(String pattern, String address, boolean matches) {
        assertThat(Pattern.compile(UrlRules.regex(pattern)).matcher(address).find())
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/checkout", "*", "*checkout*", "https://a.example/x", "capacitor://localhost/*"})
    void patterns_ofAddressesAreTaken(String pattern) {
        assertThatCode(() -> new UrlRules(List.of(pattern), List.of())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shop.example/checkout", "checkout", "/a b", "/a\n", "/*a*b*c*d*e*f", "^/checkout$"})
    void patterns_thatAreNoneAreRefused(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> new UrlRules(List.of(), List.of(pattern)));
    }

    @ParameterizedTest
    @ValueSource(strings = {".iban", "#a > input[name=\"x]\"]", "a:not(.b, .c)", "[data-x='\\'']", "a, b", ".sm\\:p"})
    void selectors_areTaken(String selector) {
        assertThatCode(() -> new Selectors(List.of(selector), List.of(), List.of()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a[b", "a]", "(a]", "a,", "a { color: red }", "<b>", "[x=\"y]", "a\nb"})
    void selectors_thatAreNoneAreRefused(String selector) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Selectors(List.of(), List.of(), List.of(selector)))
                .withMessageContaining("selector");
    }

    @Test
    void tooMuch_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Selectors(Collections.nCopies(51, ".a"), List.of(), List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Selectors(List.of("." + "a".repeat(300)), List.of(), List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new UrlRules(Collections.nCopies(51, "/a"), List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new UrlRules(List.of("/" + "a".repeat(500)), List.of()));
        for (long ms : new long[] {-1, 60_001}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new CaptureSettings(true, true, true, true, true, null, null, ms, null));
        }
    }
}
