package io.tapedeck.playback;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.NoteCatalog;
import io.tapedeck.store.PeopleCatalog;
import io.tapedeck.store.ProjectCatalog;
import io.tapedeck.store.RetentionCatalog;
import io.tapedeck.store.ShareCatalog;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.ViewCatalog;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TidyingTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final List<String> ALL =
            List.of("logins until " + NOW, "shares until " + NOW, "notes left behind", "views left behind");

    private final Vertx vertx = Vertx.vertx();
    private final Workers workers = new Workers(vertx, "tidying", 1, 10);
    private final List<String> done = new ArrayList<>();
    /** What fails, or null. */
    private String failing;

    @AfterEach
    void close() throws Exception {
        workers.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void whatHasEndedAndWhatIsLeftBehind_isDeleted() throws Exception {
        tidy();

        assertThat(done).containsExactlyElementsOf(ALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"logins", "shares", "notes", "views"})
    void whatFails_keepsNothingElseFromBeingDeleted_andIsLogged(String one) throws Exception {
        failing = one;

        try (CapturedLog log = new CapturedLog()) {
            tidy();
            assertThat(log.text()).contains(one, "the catalog is away");
        }

        assertThat(done)
                .containsExactlyElementsOf(
                        ALL.stream().filter(step -> !step.startsWith(one)).toList());
    }

    private void tidy() throws Exception {
        Clock clock = Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);
        try (Tidying tidying = new Tidying(vertx, seams(), workers, clock)) {
            tidying.tidy().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    private void step(String what) {
        if (failing != null && what.startsWith(failing)) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "the catalog is away");
        }
        done.add(what);
    }

    private AdminSeams seams() {
        return new AdminSeams(
                Partly.as(AdminCatalog.class, new Logins()),
                hash -> Optional.empty(),
                Partly.as(ProjectCatalog.class, this),
                Partly.as(PeopleCatalog.class, this),
                Partly.as(RetentionCatalog.class, this),
                Partly.as(ErasureCatalog.class, this),
                Partly.as(ShareCatalog.class, new Shares()),
                Partly.as(NoteCatalog.class, new LeftBehind("notes")),
                Partly.as(ViewCatalog.class, new LeftBehind("views")),
                () -> null,
                () -> null,
                () -> {});
    }

    final class Logins {
        public void deleteEndedLogins(long now) {
            step("logins until " + now);
        }
    }

    final class Shares {
        public void deleteEnded(long now) {
            step("shares until " + now);
        }
    }

    final class LeftBehind {
        private final String of;

        LeftBehind(String of) {
            this.of = of;
        }

        public void deleteLeftBehind() {
            step(of + " left behind");
        }
    }
}
