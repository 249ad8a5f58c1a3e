package io.tapedeck.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WriteKeysTest {
    private final AtomicLong nanos = new AtomicLong();
    private final FakeAdminCatalog catalog = new FakeAdminCatalog();
    private final WriteKeys keys = new WriteKeys(catalog, Runnable::run, nanos::get);

    @BeforeEach
    void oneKey() {
        catalog.put("pk_a", ProjectSettings.DEFAULT);
    }

    @Test
    void find_ofAKnownKey_asksOnce() {
        assertThat(find("pk_a")).isPresent();
        assertThat(find("pk_a")).isPresent();

        assertThat(catalog.lookups()).isEqualTo(1);
    }

    @Test
    void find_ofWhatIsNoKey_asksNobody() {
        assertThat(find("")).isEmpty();
        assertThat(find("pk a")).isEmpty();
        assertThat(find("k".repeat(201))).isEmpty();

        assertThat(catalog.lookups()).isZero();
    }

    @Test
    void find_ofARevokedKey_isEmptyWithinSeconds() {
        find("pk_a");
        catalog.revoke("pk_a");
        pass(Duration.ofSeconds(11));

        assertThat(find("pk_a")).isEmpty();
    }

    @Test
    void find_ofARevokedKeyThatWasLongUnused_isEmptyAtOnce() {
        find("pk_a");
        catalog.revoke("pk_a");
        pass(Duration.ofMinutes(50));

        assertThat(find("pk_a")).isEmpty();
    }

    @Test
    void find_ofAKeyInUse_asksInTheBackground() {
        find("pk_a");
        for (int second = 0; second < 60; second++) {
            pass(Duration.ofSeconds(1));
            find("pk_a");
        }

        assertThat(catalog.lookups()).isBetween(6, 13);
    }

    @Test
    void find_ofAKeyThatWasJustMade_isThereWithinSeconds() {
        assertThat(find("pk_new")).isEmpty();
        catalog.put("pk_new", ProjectSettings.DEFAULT);
        pass(Duration.ofSeconds(6));

        assertThat(find("pk_new")).isPresent();
    }

    @Test
    void find_whileTheCatalogIsDown_knowsWhatItKnew() {
        find("pk_a");
        catalog.setDown(true);
        for (int minute = 0; minute < 90; minute++) {
            pass(Duration.ofMinutes(1));
            assertThat(find("pk_a")).as("after %d minutes", minute + 1).isPresent();
        }

        catalog.revoke("pk_a");
        catalog.setDown(false);
        pass(Duration.ofSeconds(11));
        assertThat(find("pk_a"))
                .as("once the catalog is back, what it says holds")
                .isEmpty();
    }

    @Test
    void find_ofAnUnknownKeyWhileTheCatalogIsDown_failsAndAsksSeldom() {
        catalog.setDown(true);
        for (int i = 0; i < 10; i++) {
            assertThat(keys.find("pk_a")).isCompletedExceptionally();
        }
        assertThat(catalog.lookups()).isEqualTo(1);

        catalog.setDown(false);
        pass(Duration.ofSeconds(2));
        assertThat(find("pk_a")).isPresent();
    }

    private Optional<Project> find(String key) {
        CompletableFuture<Optional<Project>> found = keys.find(key);
        return found.join();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
