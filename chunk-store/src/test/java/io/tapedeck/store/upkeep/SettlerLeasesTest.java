package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.Catalog;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.Seam;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.CatalogSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No session waits for a lease to run out because a settler forgot that it has it. No time passes here. */
class SettlerLeasesTest {
    private static final List<SessionKey> SESSIONS =
            List.of(Fixtures.session("s1"), Fixtures.session("s2"), Fixtures.session("s3"));
    /** More than are leased at once. */
    private static final int UNREADABLE = 20;

    @TempDir
    Path folder;

    private SettlingRig rig;

    @BeforeEach
    void open() {
        rig = new SettlingRig(folder, CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db")));
        for (SessionKey session : SESSIONS) {
            rig.segment(List.of(Chunks.chunk(session, "w1", 0)));
        }
        rig.clock.move(Chunks.START_AT - rig.clock.millis() + 100_000 + SettlingRig.SETTLE_AFTER_MS);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void lease_whoseAnswerWasLost_isGivenBackByTheNextRound() throws Exception {
        try (Upkeep upkeep = rig.upkeep("one", losingTheFirstLease(), rig.objects)) {
            assertThatThrownBy(upkeep::settle).isInstanceOf(StoreException.class);

            assertThat(upkeep.settle()).isEqualTo(SESSIONS.size());
        }
    }

    @Test
    void close_inTheMiddleOfARound_givesBackWhatItHadLeased() throws Exception {
        ObjectStore silent = Seam.of(ObjectStore.class, (method, args) -> {
            if (!method.getName().equals("put")) {
                return method.invoke(rig.objects, args);
            }
            Thread.currentThread().interrupt();
            return new CompletableFuture<Void>();
        });
        try (Upkeep upkeep = rig.upkeep("one", rig.catalog, silent)) {
            assertThatThrownBy(upkeep::settle).isInstanceOf(InterruptedException.class);
        }

        try (Upkeep other = rig.upkeep("other")) {
            assertThat(other.settle()).isEqualTo(SESSIONS.size());
        }
    }

    @Test
    void sessionsThatCannotBeRead_howeverMany_doNotKeepTheOthersFromBeingSettled() throws Exception {
        for (int i = 0; i < UNREADABLE - SESSIONS.size(); i++) {
            rig.segment(List.of(Chunks.chunk(Fixtures.session("more" + i), "w1", 0)));
        }
        SessionKey later = Fixtures.session("later");
        rig.segment(List.of(Chunks.chunk(later, "w1", 1)));
        AtomicBoolean away = new AtomicBoolean(true);
        try (Upkeep upkeep = rig.upkeep("one", rig.catalog, withoutTheFirstSegments(away))) {
            assertThat(upkeep.settle()).isZero();
            for (int round = 0; round < UNREADABLE; round++) {
                upkeep.settle();
            }
            assertThat(rig.manifest(later).session().settled()).isTrue();
            assertThat(rig.manifest(SESSIONS.get(0)).session().settled()).isFalse();

            away.set(false);
            int settled = 0;
            for (int round = 0; round < UNREADABLE; round++) {
                settled += upkeep.settle();
            }
            assertThat(settled).isEqualTo(UNREADABLE);
        }
    }

    private ObjectStore withoutTheFirstSegments(AtomicBoolean away) {
        return Seam.of(ObjectStore.class, (method, args) -> {
            boolean isFirst = method.getName().equals("get")
                    && args[0] instanceof String key
                    && key.startsWith("segments/")
                    && Integer.parseInt(key.replaceAll("\\D", "")) <= UNREADABLE;
            return isFirst && away.get()
                    ? CompletableFuture.failedFuture(new StoreException(StoreErrorKind.UNAVAILABLE, "a bad disk"))
                    : method.invoke(rig.objects, args);
        });
    }

    private Catalog losingTheFirstLease() {
        AtomicBoolean lost = new AtomicBoolean();
        return Seam.of(Catalog.class, (method, args) -> {
            Object result = method.invoke(rig.catalog, args);
            if (method.getName().equals("leaseSettleable") && lost.compareAndSet(false, true)) {
                throw new StoreException(StoreErrorKind.UNAVAILABLE, "the answer is lost");
            }
            return result;
        });
    }
}
