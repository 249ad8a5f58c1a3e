package io.tapedeck.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
    @Test
    void contains_respectsTheBits() {
        TrustedProxies proxies =
                TrustedProxies.parse(List.of("10.1.2.0/23", " 192.168.0.1 ", "fd00::/8", "0.0.0.0/32"));

        assertThat(List.of("10.1.2.0", "10.1.3.255", "192.168.0.1", "fd12::1", "fd12::1%eth0"))
                .allMatch(proxies::contains);
        assertThat(List.of("10.1.4.0", "192.168.0.2", "fe80::1", "localhost", "unknown", "_hidden", "", "1.2.3"))
                .noneMatch(proxies::contains);
        assertThat(TrustedProxies.NONE.contains("127.0.0.1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "example.com", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "10.0.0", "::1/129"})
    void parse_ofSomethingElse_isRefused(String network) {
        assertThatThrownBy(() -> TrustedProxies.parse(List.of(network)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(network);
    }
}
