package io.tapedeck.loadtest.scale;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tapedeck.store.flush.FlushPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ScaleCommandTest {
    private static final double SEALED_BY_AGE = 1_000.0 / FlushPolicy.STORED.sealAgeMs();

    @TempDir
    private Path folder;

    /** 4,000 chunks of 20 KB of JSON a second. */
    private double segmentsPerSecond(String... more) throws IOException {
        Path json = folder.resolve("result.json");
        CommandLine command = new CommandLine(new ScaleCommand())
                .registerConverter(Duration.class, text -> Duration.parse("PT" + text.toUpperCase(Locale.ROOT)));
        String[] arguments = new String[more.length + 3];
        arguments[0] = "--recorders=20000";
        arguments[1] = "--per-gateway=20000";
        arguments[2] = "--json=" + json;
        System.arraycopy(more, 0, arguments, 3, more.length);
        assertThat(command.execute(arguments)).isZero();
        JsonNode load = new ObjectMapper().readTree(json.toFile()).path("load");
        return load.get(0).path("segments/s, commits/s").asDouble();
    }

    @Test
    void chunksThatArePacked_fillSegmentsByAge() throws IOException {
        assertThat(segmentsPerSecond()).isLessThanOrEqualTo(SEALED_BY_AGE);
    }

    @Test
    void chunksThatCannotBePacked_fillThemByBytes() throws IOException {
        assertThat(segmentsPerSecond("--packed-ratio=1")).isGreaterThan(2 * SEALED_BY_AGE);
    }
}
