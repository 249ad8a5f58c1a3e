package io.tapedeck.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaseUrlTest {
    @Test
    void parse_takesPathAsPrefix() {
        BaseUrl base = BaseUrl.parse("https://replay.example:8443/tools/td/");

        assertThat(base.url()).isEqualTo("https://replay.example:8443/tools/td");
        assertThat(base.origin()).isEqualTo("https://replay.example:8443");
        assertThat(base.prefix()).isEqualTo("/tools/td");
        assertThat(base.isSecure()).isTrue();
        assertThat(BaseUrl.parse("http://localhost").prefix()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example:443/td, https://a.example",
        "http://a.example:80, http://a.example",
        "http://[::1]:80, http://[::1]",
        "http://a.example:443, http://a.example:443",
        "https://a.example:8443, https://a.example:8443"
    })
    void origin_isThatOfBrowsers_withoutTheSchemesOwnPort(String url, String origin) {
        assertThat(BaseUrl.parse(url).origin()).isEqualTo(origin);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replay.example",
                "ftp://replay.example",
                "https://",
                "https://a.example/?q=1",
                "https:///x",
                "/td"
            })
    void parse_ofSomethingElse_isRefused(String url) {
        assertThatThrownBy(() -> BaseUrl.parse(url)).isInstanceOf(IllegalArgumentException.class);
    }
}
