package io.tapedeck.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineTest {
    private static final long NOW = 1_794_116_400_000L;
    private static final List<String> NOBODY = List.of();

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Quarantine quarantine;

    @BeforeEach
    void open() {
        quarantine = new Quarantine(folder.resolve("quarantine"), meters);
    }

    @Test
    void aPiece_isKeptOnce_howeverOftenItIsMet() throws IOException {
        Path file = Files.writeString(folder.resolve("7.journal"), "0123456789");

        quarantine.setAside(file, 2, 5);
        quarantine.setAside(file, 2, 5);

        assertThat(pieces()).containsExactly("7.journal.2-5");
        assertThat(folder.resolve("quarantine/7.journal.2-5")).hasContent("234");
        assertThat(meters.get("tapedeck.journal.quarantined").counter().count()).isEqualTo(1);
    }

    @Test
    void purge_deletesWhatIsOlder() throws IOException {
        piece("old", "x", NOW - 1);
        piece("young", "x", NOW);
        piece("unfinished.tmp", "x", NOW - 1);

        assertThat(quarantine.purge(NOW, NOBODY)).isEqualTo(2);

        assertThat(pieces()).containsExactly("young");
    }

    @Test
    void purge_deletesWhatNamesAnyOfThese_whereverInAPiece() throws IOException {
        String filler = "-".repeat((1 << 20) - 4);
        piece("first", "{\"session\":\"gone\"}", NOW);
        piece("acrossTwoReads", filler + "\"gone\"" + filler, NOW);
        piece("escaped", "{\"session\":\"a\\\"b\"}", NOW);
        piece("longer", "{\"session\":\"gone-not\"}", NOW);

        assertThat(quarantine.purge(0, List.of("gone", "a\"b"))).isEqualTo(3);

        assertThat(pieces()).containsExactly("longer");
    }

    @Test
    void purge_ofUnknownNames_deletesAll() throws IOException {
        piece("any", "x", NOW);

        assertThat(quarantine.purge(0, null)).isEqualTo(1);

        assertThat(pieces()).isEmpty();
    }

    @Test
    void purge_whereNothingWasSetAside_doesNothing() throws IOException {
        assertThat(quarantine.purge(NOW, null)).isZero();
    }

    private void piece(String name, String content, long modifiedAt) throws IOException {
        Files.createDirectories(folder.resolve("quarantine"));
        Path piece = folder.resolve("quarantine").resolve(name);
        Files.write(piece, content.getBytes(StandardCharsets.ISO_8859_1));
        Files.setLastModifiedTime(piece, FileTime.fromMillis(modifiedAt));
    }

    private List<String> pieces() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("quarantine"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
