package io.tapedeck.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.server.config.Configuration;
import io.tapedeck.store.AdoptionCatalog.Making;
import io.tapedeck.store.Catalog.ObjectIntent;
import io.tapedeck.store.Catalog.ObjectKind;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That a catalog is opened with the store that its objects are in. */
class StoresTest {
    @TempDir
    private Path temporary;

    private Path data;
    private Path elsewhere;

    @BeforeEach
    void nameFolders() {
        data = temporary.resolve("data");
        elsewhere = temporary.resolve("elsewhere");
        assertThat(data.toFile().mkdir()).isTrue();
    }

    @Test
    void anotherStore_thanTheObjectsAreIn_isRefused_andNotMade() {
        try (Stores stores = open(null)) {
            intend(stores, "recordings/default/20261122/one");
        }

        assertThatThrownBy(() -> open(elsewhere))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("are in the embedded folder " + data.resolve("objects"))
                .hasMessageContaining("the store to be used is file:" + elsewhere + ".")
                .hasMessageContaining("tapedeck reindex");

        assertThat(elsewhere).doesNotExist();
        // Nothing is left open, and the store itself is as welcome as before, under either name.
        open(null).close();
        open(data.resolve("objects")).close();
    }

    @Test
    void theEmbeddedFolder_isRefused_whereTheObjectsAreElsewhere() {
        try (Stores stores = open(elsewhere)) {
            intend(stores, "segments/20261122/10/one");
        }

        assertThatThrownBy(() -> open(null))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("are in file:" + elsewhere + ",");

        assertThat(data.resolve("objects")).doesNotExist();
    }

    @Test
    void aStoreThatSomeObjectsAreNotIn_isRefused() {
        try (Stores stores = open(null)) {
            stores.catalog().intend(new ObjectIntent("segments/2", ObjectKind.SEGMENT, "s3://bucket", "node", 1));
            intend(stores, "segments/1");
        }

        assertThatThrownBy(() -> open(null)).hasMessageContaining("and in the embedded folder");
    }

    @Test
    void aCatalogWithoutObjects_takesAnyStore() {
        open(null).close();
        open(elsewhere).close();
    }

    @Test
    void aCopyOfTheStore_canBeLookedAt() {
        try (Stores stores = open(null)) {
            intend(stores, "recordings/default/20261122/one");
        }

        Stores.openReadOnly(configuration(elsewhere), data, new SimpleMeterRegistry())
                .close();
    }

    @ParameterizedTest
    @CsvSource({"REINDEX,tapedeck reindex", "RESTORE,tapedeck restore"})
    void aCatalogThatIsHalfMade_isOpenedByThoseAloneWhoMakeIt(Making making, String command) {
        try (Stores stores = open(null)) {
            stores.catalog().adoption().beginMaking(making);
        }

        assertThatThrownBy(() -> open(null))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("The catalog is not whole")
                .hasMessageContaining("Run " + command + " again");

        try (Stores stores = Stores.openToMake(configuration(null), data, new SimpleMeterRegistry())) {
            stores.catalog().adoption().endMaking();
        }
        open(null).close();
    }

    private static void intend(Stores stores, String key) {
        stores.catalog().intend(new ObjectIntent(key, ObjectKind.RECORDING, stores.objectStoreId(), "node", 1));
    }

    private Stores open(Path store) {
        return Stores.open(configuration(store), data, new SimpleMeterRegistry());
    }

    /** @param store null for the embedded folder */
    private static Configuration configuration(Path store) {
        return Configuration.load(
                null, store == null ? Map.of() : Map.of("TAPEDECK_STORE_URL", "file:" + store), Map.of());
    }

    @Test
    void settlersOf_aHeap_isOneForEach256MegabytesUpToFour() {
        assertThat(Stores.settlersOf(100L << 20)).isEqualTo(1);
        assertThat(Stores.settlersOf(494L << 20)).isEqualTo(2);
        assertThat(Stores.settlersOf(1L << 30)).isEqualTo(4);
        assertThat(Stores.settlersOf(8L << 30)).isEqualTo(4);
    }
}
