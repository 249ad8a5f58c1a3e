package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.ChunkAppender.Appended;
import io.tapedeck.store.StoreSettings.Ack;
import io.tapedeck.store.block.BlockReader;
import io.tapedeck.store.catalog.CatalogProbe;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.flush.FlushPolicy;
import io.tapedeck.store.journal.JournalSettings;
import io.tapedeck.store.object.MemoryObjectStore;
import io.tapedeck.store.upkeep.Upkeep;
import io.tapedeck.store.upkeep.UpkeepBuilder;
import io.tapedeck.store.upkeep.UpkeepSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/** A store on SQLite and an object store in memory, both of which outlive the store's restarts, and ways to look into it. */
final class StoreRig implements AutoCloseable {
    static final FlushPolicy QUICK_FLUSH = new FlushPolicy(64 << 10, 20, 4 << 20, 2, 1, 20);
    static final UpkeepSettings LAZY_UPKEEP = new UpkeepBuilder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final JdbcCatalog catalog;
    private final String url;
    final MemoryObjectStore objects = new MemoryObjectStore(1L << 30);
    private SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private ChunkStore store;
    private boolean objectsAreBroken;

    StoreRig(Path folder) {
        url = "jdbc:sqlite:" + folder.resolve("catalog.db");
        catalog = JdbcCatalog.open(CatalogSettings.of(url), meters);
    }

    static StoreSettings settings(Path folder) {
        return settings(folder, Ack.JOURNALED, QUICK_FLUSH);
    }

    static StoreSettings settings(Path folder, Ack ack, FlushPolicy flush) {
        return settings(folder, ack, flush, LAZY_UPKEEP);
    }

    static StoreSettings settings(Path folder, Ack ack, FlushPolicy flush, UpkeepSettings upkeep) {
        JournalSettings journal = new JournalSettings(16 << 10, 1L << 30, 1, 0, 64 << 20);
        return new StoreSettings(folder, "memory", true, true, ack, 5_000, journal, flush, upkeep);
    }

    ChunkStore open(StoreSettings settings) {
        return open(settings, FaultPlan.none());
    }

    /** Opens the store on another catalog, whose owner closes it. */
    ChunkStore open(StoreSettings settings, JdbcCatalog other) {
        meters = new SimpleMeterRegistry();
        store = ChunkStore.open(settings, objects, other.catalogs(), meters, Clock.systemUTC());
        return store;
    }

    /** Opens the store with seams that fail as planned. */
    ChunkStore open(StoreSettings settings, FaultPlan faults) {
        meters = new SimpleMeterRegistry();
        store = ChunkStore.open(
                settings,
                new GatedObjectStore(objects, faults),
                catalog.catalogs().with(new FaultyCatalog(catalog, faults)),
                meters,
                Clock.systemUTC());
        return store;
    }

    ChunkStore store() {
        return store;
    }

    void closeStore(Duration wait) {
        store.close(wait);
    }

    /** A test breaks objects on purpose: {@link #close} does not look whether references are sound. */
    void breaksObjects() {
        objectsAreBroken = true;
    }

    /** Closes everything, and holds what is true of a store at any time. */
    @Override
    public void close() {
        if (store != null) {
            store.close(Duration.ZERO);
        }
        try (CatalogProbe probe = new CatalogProbe(url)) {
            probe.check();
            if (!objectsAreBroken) {
                StoreInvariants.assertReferencesAreSound(catalog, objects, probe.sessions());
            }
        } finally {
            catalog.close();
            objects.close();
        }
    }

    Appended append(Chunk chunk) {
        return Answers.get(store.append(chunk));
    }

    /** Appends all in their order: the first one, and then the others without waiting in between. */
    void appendAll(List<Chunk> chunks) {
        append(chunks.get(0));
        List<CompletableFuture<Appended>> futures =
                chunks.stream().skip(1).map(store::append).toList();
        futures.forEach(Answers::get);
    }

    /** Waits until the manifest shows so many events. */
    Manifest awaitEvents(SessionKey session, long events) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(catalog.layout(session)).isPresent();
            assertThat(events(Answers.get(store.manifest(session)))).isEqualTo(events);
        });
        return Answers.get(store.manifest(session));
    }

    static long events(Manifest manifest) {
        return manifest.windows().stream().mapToLong(Manifest.Window::events).sum();
    }

    /** All events of a session as the range query gives them. */
    String text(SessionKey session) {
        return Answers.text(Answers.get(store.events(session, null, null, null)));
    }

    /** How often each chunk is among the session's blocks and recordings. */
    Map<ChunkId, Integer> copies(SessionKey session) {
        Map<ChunkId, Integer> copies = new HashMap<>();
        catalog.layout(session).ifPresent(layout -> {
            layout.recordings()
                    .forEach(recording -> recording
                            .index()
                            .chunks()
                            .values()
                            .forEach(chunks -> chunks.forEach(chunk -> copies.merge(chunk.id(), 1, Integer::sum))));
            layout.blocks()
                    .forEach(located ->
                            located.block().chunks().forEach(chunk -> copies.merge(chunk.id(), 1, Integer::sum)));
        });
        return copies;
    }

    /** Every frame that the catalog refers to is there and is what the catalog says; the chunks given are seen once. */
    void assertSound(SessionKey session, List<Chunk> chunks) {
        SessionLayout layout = catalog.layout(session).orElseThrow();
        for (LocatedBlock located : layout.blocks()) {
            BlockRef ref = located.block();
            BlockReader.open(ref, Answers.get(objects.get(located.segmentKey(), ref.offset(), ref.length())));
        }
        Manifest manifest = Answers.get(store.manifest(session));
        List<String> lines = new ArrayList<>();
        for (Manifest.Frame frame : manifest.frames()) {
            String text = Answers.text(
                    Answers.get(store.events(session, manifest.session().rev(), List.of(frame.id()))));
            assertThat(text.lines().count()).isEqualTo(frame.events());
            text.lines().forEach(lines::add);
        }
        assertThat(lines)
                .containsExactlyInAnyOrderElementsOf(
                        Fixtures.text(chunks).lines().toList());
    }

    SimpleMeterRegistry meters() {
        return meters;
    }

    /** Upkeep of another process over the same store. */
    OtherUpkeep otherUpkeep(Path temporary, UpkeepSettings settings) {
        return otherUpkeep(temporary, settings, FaultPlan.none());
    }

    /** The same, with a catalog of erasures and an object store that fail as planned. */
    OtherUpkeep otherUpkeep(Path temporary, UpkeepSettings settings, FaultPlan faults) {
        Catalogs real = catalog.catalogs();
        Catalogs faulty = new Catalogs(
                new FaultyCatalog(catalog, faults),
                real.retention(),
                real.projects(),
                real.people(),
                real.adoption(),
                real.wrappedKeys(),
                faulty(ErasureCatalog.class, real.erasures(), faults),
                faulty(CompactionCatalog.class, real.compaction(), faults),
                real.shares(),
                real.notes(),
                real.views());
        return new OtherUpkeep(new Upkeep(
                faulty,
                new GatedObjectStore(objects, faults),
                "memory",
                "other",
                temporary,
                settings,
                new SimpleMeterRegistry(),
                Clock.systemUTC()));
    }

    private static <T> T faulty(Class<T> seam, T real, FaultPlan faults) {
        return seam.cast(Proxy.newProxyInstance(
                seam.getClassLoader(),
                new Class<?>[] {seam},
                (proxy, method, args) -> faults.call(method.getName(), () -> {
                    try {
                        return method.invoke(real, args);
                    } catch (InvocationTargetException e) {
                        throw StoreException.of(e.getCause());
                    }
                })));
    }

    /** Upkeep that nothing starts. */
    record OtherUpkeep(Upkeep upkeep) implements AutoCloseable {
        @Override
        public void close() {
            upkeep.close();
        }
    }

    double meter(String name) {
        return meters.get(name).gauge().value();
    }
}
