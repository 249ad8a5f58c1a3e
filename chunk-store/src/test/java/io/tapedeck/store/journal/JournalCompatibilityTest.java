package io.tapedeck.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.Journal.JournalCursor;
import io.tapedeck.store.Journal.JournalRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every version of this program goes on with the journal that an earlier one left: the file here never changes. */
class JournalCompatibilityTest {
    private static final long FIRST_NUMBER = 41;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void journal_ofEachVersion_isRead(int version) throws IOException {
        try (InputStream golden = getClass().getResourceAsStream("/golden/journal-v" + version + ".journal")) {
            Files.copy(golden, folder.resolve(JournalFormat.fileName(FIRST_NUMBER)));
        }

        try (FileJournal journal = FileJournal.open(folder, JournalSettings.DEFAULT, 1, new SimpleMeterRegistry());
                JournalCursor cursor = journal.read(0)) {
            List<Chunk> expected = chunks();
            for (int i = 0; i < expected.size(); i++) {
                assertThat(cursor.next()).isEqualTo(new JournalRecord(FIRST_NUMBER + i, expected.get(i)));
            }
            assertThat(cursor.next()).isNull();
            assertThat(journal.next()).isEqualTo(FIRST_NUMBER + expected.size());
        }
        assertThat(folder.resolve("quarantine")).doesNotExist();
    }

    /** What the file holds. */
    static List<Chunk> chunks() {
        return List.of(
                Chunks.chunk(Fixtures.session("golden"), "tab-1", 0, "ä€😀"),
                Chunks.chunk(Fixtures.session("golden"), "tab-1", Chunk.NO_SEQ),
                Chunks.finalChunk(Fixtures.session("golden"), "tab-2", 7));
    }
}
