package io.tapedeck.playback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHasherTest {
    private final PasswordHasher hasher = new PasswordHasher();

    @Test
    void hash_verifiesItsPasswordOnly() {
        String hash = hasher.hash("correct horse ü");

        assertThat(hasher.verify("correct horse ü", hash)).isTrue();
        assertThat(hasher.verify("correct horse u", hash)).isFalse();
        assertThat(hasher.verify("", hash)).isFalse();
    }

    @Test
    void hash_isEncodedWithItsParametersAndASaltOfItsOwn() {
        String hash = hasher.hash("x");

        assertThat(hash).matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
        assertThat(hasher.hash("x")).isNotEqualTo(hash);
    }

    @Test
    void hashOfNothing_looksLikeAnyOther_andNoPasswordHasIt() {
        String hash = hasher.hashOfNothing();

        assertThat(hash).matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
        assertThat(hasher.verify("", hash)).isFalse();
        assertThat(hasher.hashOfNothing()).isNotEqualTo(hash);
    }

    @Test
    void verify_takesHashesOfOtherPrograms() {
        // echo -n password | argon2 somesalt -id -v 13 -t 2 -k 65536 -p 1 -l 32 -e
        String hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

        assertThat(hasher.verify("password", hash)).isTrue();
        assertThat(hasher.verify("passwore", hash)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "password",
                "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=999,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            })
    void verify_refusesOtherForms(String encoded) {
        assertThatThrownBy(() -> hasher.verify("password", encoded)).isInstanceOf(IllegalArgumentException.class);
    }
}
