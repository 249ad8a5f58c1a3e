package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.StoreSettings.Ack;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.object.FileObjectStore;
import io.tapedeck.store.upkeep.UpkeepBuilder;
import io.tapedeck.store.upkeep.UpkeepSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journal, objects and the settler's files on one disk that is full for a while. */
class FullDiskFaultTest {
    private static final SessionKey SESSION = Fixtures.session("s1");
    private static final long LITTLE_ROOM = 600_000;
    private static final long MUCH_ROOM = 100_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final UpkeepSettings UPKEEP = new UpkeepBuilder()
            .leaseMs(1)
            .doomedGraceMs(0)
            .staleIntentAfterMs(1)
            .memoryBytesMax(1 << 20)
            .build();

    @TempDir
    Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Random random = new Random(1);
    private final List<Chunk> acked = new ArrayList<>();
    private final List<Chunk> sent = new ArrayList<>();
    private SmallDisk disk;
    private FileObjectStore objects;
    private JdbcCatalog catalog;
    private ChunkStore store;

    @BeforeEach
    void open() throws Exception {
        disk = new SmallDisk(Files.createDirectory(folder.resolve("disk")), LITTLE_ROOM);
        objects = new FileObjectStore(disk.path("objects"));
        catalog = JdbcCatalog.open(CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db")), meters);
        store = ChunkStore.open(
                StoreRig.settings(disk.path("node"), Ack.JOURNALED, StoreRig.QUICK_FLUSH, UPKEEP),
                objects,
                catalog.catalogs(),
                meters,
                Clock.systemUTC());
    }

    @AfterEach
    void close() {
        store.close(Duration.ZERO);
        catalog.close();
        objects.close();
    }

    @Test
    void store_onAFullDisk_refusesLosesNothingAndGoesOnOnceThereIsRoom() throws Exception {
        while (append()) {
            assertThat(sent).as("chunks that fitted").hasSizeLessThan(500);
        }
        assertThat(acked).isNotEmpty();

        assertThat(store.upkeep().settle()).isZero();
        assertThat(disk.path("node").resolve("temporary")).isEmptyDirectory();
        disk.setBytesMax(MUCH_ROOM);

        Awaitility.await().atMost(PATIENCE).until(this::append);
        Awaitility.await().atMost(PATIENCE).until(() -> visible() >= acked.size());
        settleAndSweep();
        String text = Answers.text(Answers.get(store.events(SESSION, null, null, null)));
        StoreInvariants.assertReplay(text, acked, sent);
        StoreInvariants.assertReferencesAreSound(catalog, objects, List.of(SESSION));
        StoreInvariants.assertObjectsAreThoseReferredTo(catalog, objects, List.of(SESSION));
        StoreInvariants.assertNothingHeld(meters);
        assertThat(disk.path("node").resolve("temporary")).isEmptyDirectory();
    }

    /** Whether another chunk, which hardly shrinks, was acknowledged; if not, for the reason that it must be. */
    private boolean append() {
        StringBuilder text = new StringBuilder();
        random.ints(8_000, 'a', 'z').forEach(letter -> text.append((char) letter));
        Chunk chunk = Chunks.chunk(SESSION, "w1", sent.size(), text.toString());
        sent.add(chunk);
        try {
            Answers.get(store.append(chunk));
            acked.add(chunk);
            return true;
        } catch (StoreException e) {
            assertThat(e.kind()).isEqualTo(StoreErrorKind.OVER_CAPACITY);
            return false;
        }
    }

    private int visible() {
        return catalog.layout(SESSION)
                .map(layout -> layout.blocks().stream()
                        .mapToInt(located -> located.block().chunks().size())
                        .sum())
                .orElse(0);
    }

    private void settleAndSweep() {
        Awaitility.await().atMost(PATIENCE).until(() -> {
            store.upkeep().settle();
            store.upkeep().sweep();
            Catalog.CatalogTotals totals = catalog.totals();
            return totals.unsettledSessions() == 0 && totals.doomedObjects() == 0;
        });
    }
}
