package io.tapedeck.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyingTest {
    @TempDir
    private Path folder;

    @Test
    void temporary_whereThereIsNoDataFolder_isMade_andGoneWhenClosed() throws Exception {
        Path data = folder.resolve("none").resolve("data");

        Path made;
        try (Copying.Temporary temporary = Copying.Temporary.in(data)) {
            made = temporary.path();
            assertThat(made).isDirectory().hasParent(data);
        }

        assertThat(made).doesNotExist();
    }
}
