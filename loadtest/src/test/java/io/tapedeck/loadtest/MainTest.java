package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the program says to who asks for what cannot be done. */
class MainTest {
    private static final int WRONG_USE = 2;
    private static final int NOT_DONE = 3;

    private final StringWriter said = new StringWriter();

    private int execute(String line) {
        CommandLine command = Main.commandLine().setErr(new PrintWriter(said));
        return command.execute(line.split(" "));
    }

    @Test
    void serverThatIsGone_isNamedInALine_andIsNoBrokenPromise() {
        assertThat(execute("playback --target=http://127.0.0.1:1 --token=secret"))
                .isEqualTo(NOT_DONE);

        assertThat(said.toString()).contains("http://127.0.0.1:1").hasLineCount(1);
    }

    @Test
    void serverWithoutMetrics_isNamedInALine() {
        assertThat(execute("foreign --target=http://127.0.0.1:1 --key=pk_test")).isEqualTo(NOT_DONE);

        assertThat(said.toString()).contains("http://127.0.0.1:1").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scale --per-gateway=0",
                "scale --every=0s",
                "scale --visit=0s",
                "scale --recorders=0",
                "scale --chunk-bytes=0",
                "scale --ratio=0",
                "playback --token=secret --metrics=127.0.0.1/metrics",
                "canary --key=pk_test --token=secret --rounds=1 --metrics=http://127.0.0.1:1"
            })
    void optionsThatMakeNoSense_areAWrongUse(String line) {
        assertThat(execute(line)).isEqualTo(WRONG_USE);
    }
}
