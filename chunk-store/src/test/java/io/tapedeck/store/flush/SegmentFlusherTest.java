package io.tapedeck.store.flush;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalog.NodeStart;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.Loops;
import io.tapedeck.store.Seam;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WorkTracer;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.journal.FileJournal;
import io.tapedeck.store.journal.JournalSettings;
import io.tapedeck.store.object.MemoryObjectStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentFlusherTest {
    private static final SessionKey SESSION = Fixtures.session("s1");
    private static final String NODE = "node1";

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MemoryObjectStore objects = new MemoryObjectStore(1 << 20);
    /** So often memory runs out once a segment is committed. */
    private final AtomicInteger outOfMemory = new AtomicInteger();

    private JdbcCatalog catalog;
    private FileJournal journal;
    private SegmentFlusher flusher;

    @BeforeEach
    void open() {
        catalog = JdbcCatalog.open(CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db")), meters);
        NodeStart node = catalog.startNode(NODE);
        journal = FileJournal.open(
                folder.resolve("journal"), new JournalSettings(4_000, 64L << 20, 1, 0, 32L << 20), 1, meters);
        flusher = new SegmentFlusher(
                FlushPolicy.STORED,
                journal,
                objects,
                "memory",
                withLittleMemory(catalog),
                node,
                catalog.journalProgress(NODE),
                record -> {},
                WorkTracer.NONE,
                meters,
                Clock.systemUTC(),
                Loops.threads(meters));
        flusher.start();
    }

    @AfterEach
    void close() {
        flusher.close(Duration.ofSeconds(10));
        journal.close();
        objects.close();
        catalog.close();
    }

    private Catalog withLittleMemory(Catalog real) {
        return Seam.of(Catalog.class, (method, args) -> {
            if (method.getName().equals("forgetJournalBelow") && outOfMemory.getAndDecrement() > 0) {
                throw new OutOfMemoryError("on purpose");
            }
            return method.invoke(real, args);
        });
    }

    @Test
    void segmentAfterWhichMemoryRanOut_isFollowedByOthers() throws Exception {
        outOfMemory.set(FlushPolicy.STORED.uploadsMax());

        long number = 0;
        for (int seq = 0; seq <= FlushPolicy.STORED.uploadsMax(); seq++) {
            Chunk chunk = Chunks.chunk(SESSION, "w1", seq);
            number = journal.append(chunk).get(10, TimeUnit.SECONDS);
            flusher.appended(number, chunk);
            flusher.committed(number, SESSION).get(10, TimeUnit.SECONDS);
        }

        long next = number + 1;
        Awaitility.await().until(() -> flusher.isCommittedBelow(next));
    }

    @Test
    void chunkOfWhichNobodyHasTold_isCommittedBeforeItsFileIsTrimmed() throws Exception {
        long number = journal.append(Chunks.chunk(SESSION, "w1", 0)).get(10, TimeUnit.SECONDS);
        long first = journal.roll().get(10, TimeUnit.SECONDS);
        assertThat(first).isEqualTo(number + 1);

        assertThat(flusher.isCommittedBelow(first)).isFalse();

        Awaitility.await().until(() -> flusher.isCommittedBelow(first));
        assertThat(catalog.layout(SESSION)).isPresent();
    }
}
