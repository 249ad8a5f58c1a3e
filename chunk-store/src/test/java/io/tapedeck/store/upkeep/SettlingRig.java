package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.Answers;
import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.ObjectIntent;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.SegmentCommit;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.Manifest;
import io.tapedeck.store.MarkerTrack;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.PartBounds;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.TestClock;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.block.BlockWriter;
import io.tapedeck.store.block.EncodedBlock;
import io.tapedeck.store.block.SegmentWriter;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.object.MemoryObjectStore;
import io.tapedeck.store.read.StoredSessions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A catalog, an object store in memory and a clock that stands still until it is moved, with segments written directly: what
 * is in one block is what the test says.
 */
final class SettlingRig implements AutoCloseable {
    static final long LEASE_MS = 60_000;
    static final long GRACE_MS = 600_000;
    static final long SETTLE_AFTER_MS = 300_000;
    /** As many chunks of the smallest weight fill a part. */
    static final int PART_CHUNKS = 10;

    static final PartBounds PARTS =
            new PartBounds((long) PART_CHUNKS * PartBounds.CHUNK_BYTES_MIN, TimeUnit.HOURS.toMillis(4));
    static final UpkeepSettings SETTINGS = settings().build();

    static final String NODE = "node1";

    final JdbcCatalog catalog;
    final MemoryObjectStore objects = new MemoryObjectStore(1L << 30);
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final StoredSessions sessions;
    final TestClock clock = TestClock.standingAt(Fixtures.RECEIVED_AT);
    private final Path folder;
    private final AtomicInteger segments = new AtomicInteger();
    private final long epoch;

    SettlingRig(Path folder, CatalogSettings settings) {
        this.folder = folder;
        catalog = JdbcCatalog.open(settings.withParts(PARTS), meters);
        epoch = catalog.startNode(NODE).epoch();
        sessions = new StoredSessions(catalog, objects, () -> 0, meters);
    }

    static UpkeepBuilder settings() {
        return new UpkeepBuilder()
                .settleAfterMs(SETTLE_AFTER_MS)
                .finalSettleAfterMs(30_000)
                .leaseMs(LEASE_MS)
                .doomedGraceMs(GRACE_MS)
                .memoryBytesMax(1 << 20)
                .parts(PARTS)
                .level(3);
    }

    Upkeep upkeep(String name) {
        return upkeep(name, catalog, objects);
    }

    /** Not started: it does what it is told. */
    Upkeep upkeep(String name, Catalog seenCatalog, ObjectStore seenObjects) {
        return upkeep(name, seenCatalog, seenObjects, SETTINGS);
    }

    /** The same with other settings. */
    Upkeep upkeep(String name, Catalog seenCatalog, ObjectStore seenObjects, UpkeepSettings settings) {
        return new Upkeep(
                catalog.catalogs().with(seenCatalog),
                seenObjects,
                "memory",
                name,
                temporary(name),
                settings,
                meters,
                clock);
    }

    Path temporary(String name) {
        return folder.resolve("temporary-" + name);
    }

    /** Commits a segment with one block for each window of the chunks. */
    void segment(List<Chunk> chunks) {
        Map<WindowId, List<Chunk>> windows = new LinkedHashMap<>();
        chunks.forEach(chunk ->
                windows.computeIfAbsent(chunk.window(), w -> new ArrayList<>()).add(chunk));
        SegmentWriter writer = new SegmentWriter(NODE, epoch);
        windows.values().forEach(ofWindow -> {
            EncodedBlock block = new BlockWriter(3).encode(ofWindow);
            writer.add(
                    ofWindow.get(0).session(),
                    ofWindow.stream()
                            .map(Chunk::facts)
                            .reduce((a, b) -> a.plus(b))
                            .orElseThrow(),
                    block);
        });
        int number = segments.incrementAndGet();
        SegmentWriter.Segment segment = writer.finish(number, number + 1);
        String key = "segments/" + number + ".seg";
        catalog.intend(new ObjectIntent(key, ObjectKind.SEGMENT, "memory", NODE, clock.millis()));
        Answers.get(objects.put(key, segment.bytes()));
        catalog.commitSegment(new SegmentCommit(
                key,
                NODE,
                epoch,
                segment.bytes().remaining(),
                number,
                number + 1,
                clock.millis(),
                segment.footer().sessions()));
    }

    Manifest manifest(SessionKey session) {
        return Answers.get(sessions.manifest(session));
    }

    MarkerTrack markers(SessionKey session) {
        return Answers.get(sessions.markers(session));
    }

    /** All events of the session as the range query gives them. */
    String text(SessionKey session) {
        return Answers.text(Answers.get(sessions.events(session, null, null, null)));
    }

    /** The events of one frame. */
    String text(SessionKey session, long rev, String frame) {
        return Answers.text(Answers.get(sessions.events(session, rev, List.of(frame))));
    }

    SessionLayout layout(SessionKey session) {
        return catalog.layout(session).orElseThrow();
    }

    /** Every object in the store is one that the session refers to, and the other way round. */
    void assertNothingLeft(SessionKey session) {
        SessionLayout layout = layout(session);
        List<String> expected = Stream.concat(
                        layout.recordings().stream().map(LocatedRecording::key),
                        layout.blocks().stream().map(LocatedBlock::segmentKey).distinct())
                .toList();
        assertThat(Answers.get(objects.list("", null, 1_000)))
                .extracting(ObjectStore.StoredObject::key)
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Override
    public void close() {
        sessions.close();
        catalog.close();
        objects.close();
    }
}
