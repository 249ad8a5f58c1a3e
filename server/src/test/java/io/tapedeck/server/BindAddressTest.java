package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BindAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void allAddresses_areReachedOverTheLoopback(String bind) {
        assertThat(BindAddress.hostForPrograms(bind)).isEqualTo("127.0.0.1");
        assertThat(BindAddress.hostForPeople(bind)).isEqualTo("localhost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "tapedeck.example"})
    void oneAddress_isItsOwnHost(String bind) {
        assertThat(BindAddress.hostForPrograms(bind)).isEqualTo(bind);
        assertThat(BindAddress.hostForPeople(bind)).isEqualTo(bind);
    }

    @Test
    void anIpv6Address_isInBrackets() {
        assertThat(BindAddress.hostForPrograms("::1")).isEqualTo("[::1]");
        URI announced = URI.create("http://" + BindAddress.hostForPeople("::1") + ":8080");
        assertThat(announced.getHost()).isEqualTo("[::1]");
        assertThat(announced.getPort()).isEqualTo(8080);
    }
}
