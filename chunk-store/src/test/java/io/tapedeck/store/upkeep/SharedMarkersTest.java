package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.Answers;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.MarkerTrack;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.Seam;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.read.StoredSessions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The markers of a session that is not settled, of which many viewers ask at once. */
class SharedMarkersTest {
    private static final SessionKey SESSION = Fixtures.session("s1");
    /** More than the threads and the queue for markers hold. */
    private static final int VIEWERS = 60;

    @TempDir
    Path folder;

    private final AtomicInteger reads = new AtomicInteger();
    private volatile CompletableFuture<Void> gate = new CompletableFuture<>();
    private SettlingRig rig;
    private StoredSessions sessions;

    @BeforeEach
    void open() {
        rig = new SettlingRig(folder, CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db")));
        ObjectStore gated = Seam.of(ObjectStore.class, (method, args) -> {
            if (!method.getName().equals("get")) {
                return method.invoke(rig.objects, args);
            }
            reads.incrementAndGet();
            Object answer = method.invoke(rig.objects, args);
            return gate.thenCompose(opened -> (CompletableFuture<?>) answer);
        });
        sessions = new StoredSessions(rig.catalog, gated, () -> 0, new SimpleMeterRegistry());
        rig.segment(List.of(Fixtures.chunk(
                SESSION, "w1", 0, Fixtures.RECEIVED_AT, List.of(Fixtures.event(Fixtures.RECEIVED_AT, "hello")))));
    }

    @AfterEach
    void close() {
        gate.complete(null);
        sessions.close();
        rig.close();
    }

    @Test
    void markers_thatManyAskFor_areLookedForOnce() {
        List<CompletableFuture<MarkerTrack>> asked = new ArrayList<>();
        asked.add(sessions.markers(SESSION));
        Awaitility.await().until(() -> reads.get() == 1);
        for (int i = 1; i < VIEWERS; i++) {
            asked.add(sessions.markers(SESSION));
        }
        // Whoever asked before that has got as far as to the markers.
        Answers.get(sessions.manifest(SESSION));
        gate.complete(null);

        assertThat(asked).extracting(Answers::get).containsOnly(rig.markers(SESSION));
        assertThat(reads).hasValue(1);
    }

    @Test
    void markers_thatCouldNotBeRead_areLookedForAgain() {
        gate.completeExceptionally(new StoreException(StoreErrorKind.UNAVAILABLE, "away"));
        assertThatThrownBy(() -> Answers.get(sessions.markers(SESSION))).isInstanceOf(StoreException.class);

        gate = CompletableFuture.completedFuture(null);

        assertThat(Answers.get(sessions.markers(SESSION))).isEqualTo(rig.markers(SESSION));
    }
}
