package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.ObjectStore.StoredObject;
import io.tapedeck.store.block.BlockReader;
import io.tapedeck.store.block.RecordingReader;
import io.tapedeck.store.block.SegmentReader;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is true of a store whatever it has been through. */
final class StoreInvariants {
    private StoreInvariants() {}

    /** Every reference leads to an object, whose bytes are what the catalog says they are. */
    static void assertReferencesAreSound(Catalog catalog, ObjectStore objects, Collection<SessionKey> sessions) {
        for (SessionKey session : sessions) {
            SessionLayout layout = catalog.layout(session).orElse(null);
            if (layout == null) {
                continue;
            }
            for (LocatedBlock located : layout.blocks()) {
                BlockRef ref = located.block();
                BlockReader.open(ref, Answers.get(objects.get(located.segmentKey(), ref.offset(), ref.length())));
            }
            layout.recordings().forEach(recording -> assertSound(recording, objects));
        }
    }

    private static void assertSound(LocatedRecording recording, ObjectStore objects) {
        int bytes = Math.toIntExact(recording.bytes());
        ByteBuffer object = Answers.get(objects.get(recording.key(), 0, bytes));
        assertThat(Answers.get(objects.size(recording.key()))).isEqualTo(bytes);
        assertThat(RecordingReader.index(bytes, object)).isEqualTo(recording.index());
        for (FrameRef frame : recording.index().frames()) {
            RecordingReader.lines(frame, object.slice((int) frame.offset(), frame.length()));
        }
        RecordingReader.markers(
                1,
                object.slice(
                        (int) recording.index().markersOffset(),
                        recording.index().markersLength()));
    }

    /**
     * A session's replay has each line of the chunks that must be there once, those of chunks that may be there once or
     * not at all, and no other.
     */
    static void assertReplay(String text, Collection<Chunk> must, Collection<Chunk> may) {
        Map<String, Integer> found = new HashMap<>();
        text.lines().forEach(line -> found.merge(line, 1, Integer::sum));
        assertThat(found.values()).as("lines that are there twice").allMatch(count -> count == 1);
        Set<String> allowed = new HashSet<>();
        for (Chunk chunk : may) {
            Chunks.text(chunk).lines().forEach(allowed::add);
        }
        for (Chunk chunk : must) {
            List<String> lines = Chunks.text(chunk).lines().toList();
            assertThat(found.keySet()).as("the lines of an acknowledged chunk").containsAll(lines);
            allowed.addAll(lines);
        }
        assertThat(allowed).as("lines that somebody sent").containsAll(found.keySet());
    }

    /** Where every chunk of a window has a number of its own, they are in the order of their numbers. */
    static void assertSettledInOrder(SessionLayout layout) {
        assertThat(layout.blocks()).as("blocks of a settled session").isEmpty();
        for (LocatedRecording recording : layout.recordings()) {
            recording.index().chunks().forEach((window, chunks) -> {
                if (chunks.stream().noneMatch(ChunkRef::overlaps)) {
                    assertThat(chunks.stream().map(ChunkRef::seq).toList())
                            .as("numbers in %s", window)
                            .isSorted()
                            .doesNotHaveDuplicates();
                }
            });
        }
    }

    /** The object store holds what the catalog refers to, and nothing else: true once every grace is over. */
    static void assertObjectsAreThoseReferredTo(Catalog catalog, ObjectStore objects, Collection<SessionKey> sessions) {
        Set<String> referred = new HashSet<>();
        for (SessionKey session : sessions) {
            catalog.layout(session).ifPresent(layout -> {
                layout.recordings().forEach(recording -> referred.add(recording.key()));
                layout.blocks().forEach(block -> referred.add(block.segmentKey()));
            });
        }
        Set<String> stored = new HashSet<>();
        for (String prefix : List.of("segments/", "recordings/")) {
            Answers.get(objects.list(prefix, null, 1_000)).forEach(object -> stored.add(object.key()));
        }
        assertThat(stored).isEqualTo(referred);
    }

    /** No recording is of this session, and no segment names it. */
    static void assertNoObjectHolds(ObjectStore objects, SessionKey session) {
        for (StoredObject object : Answers.get(objects.list("recordings/", null, 1_000))) {
            assertThat(object.key()).doesNotContain("/" + session.session() + ".");
        }
        for (StoredObject object : Answers.get(objects.list("segments/", null, 1_000))) {
            ByteBuffer bytes = Answers.get(objects.get(object.key(), 0, (int) object.bytes()));
            assertThat(SegmentReader.footer(object.bytes(), bytes).sessions())
                    .extracting(SegmentSession::session)
                    .doesNotContain(session);
        }
    }

    /** Nothing is on its way: the accounts of a store at rest are at zero. */
    static void assertNothingHeld(MeterRegistry meters) {
        for (String gauge : List.of("tapedeck.flush.held.bytes", "tapedeck.journal.pending.bytes")) {
            assertThat(meters.get(gauge).gauge().value()).as(gauge).isZero();
        }
    }
}
