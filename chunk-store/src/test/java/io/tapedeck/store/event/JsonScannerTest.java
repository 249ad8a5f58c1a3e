package io.tapedeck.store.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScannerTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 62, 63, 64, 126, 127, 128, 200, 500})
    void skipValue_behindAnyNumberOfContainersThatWereEntered_passesOverContainers(int entered) {
        String skipped = "{\"a\":[{}],\"b\":{\"c\":[]}}";
        byte[] json = ("[".repeat(entered) + skipped + "]".repeat(entered)).getBytes(StandardCharsets.UTF_8);
        JsonScanner scanner = new JsonScanner(1_000).reset(json, 0, json.length);

        for (int i = 0; i < entered; i++) {
            scanner.beginArray();
            assertThat(scanner.nextElement()).isTrue();
        }
        scanner.skipValue();

        assertThat(scanner.valueTo() - scanner.valueFrom()).isEqualTo(skipped.length());
        for (int i = 0; i < entered; i++) {
            assertThat(scanner.nextElement()).isFalse();
        }
        scanner.end();
    }
}
