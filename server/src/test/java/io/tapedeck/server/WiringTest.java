package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.server.config.Configuration;
import io.tapedeck.server.storage.StartupException;
import io.tapedeck.store.StoreException;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of a start that fail, alone and together: what is told, and that nothing stays open. */
class WiringTest {
    @TempDir
    private Path folder;

    private final List<Vertx> made = new ArrayList<>();
    private final RuntimeException noVertx = new IllegalStateException("no event loops");

    @Test
    void aFailureOfTheStore_isTold_andVertxIsClosed() throws IOException {
        assertThatThrownBy(() -> Wiring.of(withoutCatalog(), this::newVertx))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("Cannot start: ")
                .hasCauseInstanceOf(StoreException.class);

        assertThat(made).hasSize(1).allMatch(WiringTest::isClosed);
        assertNothingIsHeld();
    }

    @Test
    void aFailureOfTheStore_isTold_alsoIfVertxFailsToo() throws IOException {
        assertThatThrownBy(() -> Wiring.of(withoutCatalog(), this::failing))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("Cannot start: ")
                .cause()
                .isInstanceOf(StoreException.class)
                .hasSuppressedException(noVertx);

        assertNothingIsHeld();
    }

    @Test
    void aFailureOfVertxAlone_isToldAsItIs_andTheStoreIsClosed() {
        assertThatThrownBy(() -> Wiring.of(configuration(Map.of()), this::failing))
                .isSameAs(noVertx);

        assertNothingIsHeld();
    }

    private Vertx newVertx() {
        Vertx vertx = Vertx.vertx();
        made.add(vertx);
        return vertx;
    }

    private Vertx failing() {
        throw noVertx;
    }

    private static boolean isClosed(Vertx vertx) {
        return ((VertxInternal) vertx).nettyEventLoopGroup().isShuttingDown();
    }

    /** Another start takes the same folder, its lock, its catalog and its journal. */
    private void assertNothingIsHeld() {
        Wiring next = Wiring.of(configuration(Map.of()), this::newVertx);
        assertThat(next.check().join().isReady()).isTrue();
        next.close(Duration.ZERO);
        assertThat(made).allMatch(WiringTest::isClosed);
    }

    /** Where the catalog should be is a folder. */
    private Configuration withoutCatalog() throws IOException {
        Path no = Files.createDirectories(folder.resolve("no-catalog"));
        return configuration(Map.of("TAPEDECK_CATALOG_URL", "jdbc:sqlite:" + no));
    }

    private Configuration configuration(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("TAPEDECK_DATA_DIR", folder.resolve("data").toString());
        return Configuration.load(null, settings, Map.of());
    }
}
