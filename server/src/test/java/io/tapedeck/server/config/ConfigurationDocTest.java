package io.tapedeck.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table in the docs has every setting as the program has it, and no other. */
class ConfigurationDocTest {
    @Test
    void theTable_isThatOfTheProgram() throws IOException {
        List<String> documented = Files.readAllLines(Path.of("../docs/configuration.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();

        assertThat(documented)
                .containsExactlyElementsOf(
                        Settings.all().stream().map(ConfigurationDocTest::row).toList());
    }

    private static String row(Setting<?> setting) {
        String byDefault =
                setting.byDefault() == null || setting.byDefault().isEmpty() ? "" : "`" + setting.byDefault() + "`";
        return "| `" + setting.name() + "` | " + byDefault + " | " + (setting.secret() ? "secret; " : "")
                + setting.description() + " |";
    }
}
