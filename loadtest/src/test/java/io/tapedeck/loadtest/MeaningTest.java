package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeaningTest {
    private static final String EVENT =
            "{\"type\":3,\"data\":{\"a\":[1,2,{\"b\":null}],\"c\":\"é/\",\"d\":1.50},\"timestamp\":17}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"timestamp\":17,\"data\":{\"d\":1.5,\"c\":\"\\u00e9\\/\",\"a\":[1,2,{\"b\":null}]},\"type\":3}",
                " { \"w\" : \"other\", \"type\":3.0,\"data\":{\"a\":[1e0,2,{\"b\":null}],\"c\":\"é/\",\"d\":15e-1},\"timestamp\":99}"
            })
    void hash_otherWayToSayIt_isTheSame(String json) throws IOException {
        assertThat(of(json).hash()).isEqualTo(of(EVENT).hash());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":2,\"data\":{\"a\":[1,2,{\"b\":null}],\"c\":\"é/\",\"d\":1.50},\"timestamp\":17}",
                "{\"type\":3,\"data\":{\"a\":[2,1,{\"b\":null}],\"c\":\"é/\",\"d\":1.50},\"timestamp\":17}",
                "{\"type\":3,\"data\":{\"a\":[1,2,{\"b\":false}],\"c\":\"é/\",\"d\":1.50},\"timestamp\":17}",
                "{\"type\":3,\"data\":{\"a\":[1,2,{}],\"c\":\"é/\",\"d\":1.50},\"timestamp\":17}",
                "{\"type\":3,\"data\":{\"a\":[1,2,{\"b\":null}],\"c\":\"e/\",\"d\":1.50},\"timestamp\":17}",
                "{\"type\":3,\"data\":{\"a\":[1,2,{\"b\":null}],\"d\":\"é/\",\"c\":1.50},\"timestamp\":17}",
                "{\"type\":3,\"data\":{\"a\":[1,2,{\"b\":null}],\"c\":\"é/\",\"d\":\"1.5\"},\"timestamp\":17}"
            })
    void hash_otherThingSaid_differs(String json) throws IOException {
        assertThat(of(json).hash()).isNotEqualTo(of(EVENT).hash());
    }

    @Test
    void at_otherTimeOrWindow_isAnotherEvent() {
        assertThat(Meaning.at(1, 2, "w")).isEqualTo(Meaning.at(1, 2, "w"));
        assertThat(Meaning.at(1, 3, "w")).isNotEqualTo(Meaning.at(1, 2, "w"));
        assertThat(Meaning.at(1, 2, "v")).isNotEqualTo(Meaning.at(1, 2, "w"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"type\":1}", "{\"timestamp\":1.5}", "{\"timestamp\":1", "{\"timestamp\":1}{}"})
    void of_noEvent_isRefused(String json) {
        assertThatThrownBy(() -> of(json)).isInstanceOf(IOException.class);
    }

    private static Meaning of(String json) throws IOException {
        return Meaning.of(json.getBytes(StandardCharsets.UTF_8));
    }
}
