package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.Catalog;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.Seam;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.time.Clock;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ObjectSweeperTest {
    /** More than are deleted at once. */
    private static final int STUCK = 700;

    private final TreeSet<String> doomed = new TreeSet<>();
    private final AtomicBoolean isFolderForeign = new AtomicBoolean(true);

    private final Catalog catalog = Seam.of(Catalog.class, (method, args) -> switch (method.getName()) {
        case "doomStaleIntents" -> 0;
        case "doomed" -> doomed.stream().limit((int) args[1]).toList();
        case "forget" -> {
            doomed.remove((String) args[0]);
            yield null;
        }
        default -> throw new UnsupportedOperationException(method.getName());
    });

    private final ObjectStore objects = Seam.of(
            ObjectStore.class,
            (method, args) -> isFolderForeign.get() && ((String) args[0]).startsWith("foreign/")
                    ? CompletableFuture.failedFuture(new StoreException(StoreErrorKind.UNAUTHORIZED, "not its owner"))
                    : CompletableFuture.completedFuture(null));

    private final ObjectSweeper sweeper =
            new ObjectSweeper(catalog, objects, UpkeepSettings.DEFAULT, new SimpleMeterRegistry(), Clock.systemUTC());

    @Test
    void objectsThatCannotBeDeleted_howeverMany_doNotKeepOthersFromBeingDeleted() throws Exception {
        for (int i = 0; i < STUCK; i++) {
            doomed.add("foreign/" + i);
        }
        doomed.add("other");

        assertThat(sweeper.sweep() + sweeper.sweep()).isEqualTo(1);
        assertThat(doomed).hasSize(STUCK).doesNotContain("other");

        isFolderForeign.set(false);
        assertThat(sweeper.sweep()).isEqualTo(STUCK);
        assertThat(doomed).isEmpty();
    }
}
