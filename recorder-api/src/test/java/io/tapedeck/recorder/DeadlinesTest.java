package io.tapedeck.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private static final long LENGTH_MS = 40;

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final Deadlines deadlines = new Deadlines(vertx, LENGTH_MS);
    private final List<String> late = new ArrayList<>();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void waitsThatAreNotEnded_areLate_inTheOrderInWhichTheyBegan() throws Exception {
        on(() -> {
            List<Deadlines.Wait> waits = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                String name = "w" + i;
                waits.add(deadlines.begin(() -> late.add(name)));
            }
            for (int ended : List.of(0, 3, 6, 3)) { // the first, one between, the last; once more
                waits.get(ended).end();
            }
            return null;
        });
        awaitAllLooked();
        assertThat(late).containsExactly("w1", "w2", "w4", "w5");
    }

    @Test
    void lineThatWasEmpty_isWatchedAgain() throws Exception {
        on(() -> {
            deadlines.begin(() -> late.add("ended")).end();
            return deadlines.begin(() -> late.add("first"));
        });
        awaitAllLooked();
        on(() -> deadlines.begin(() -> late.add("second")));
        awaitAllLooked();
        assertThat(late).containsExactly("first", "second");
    }

    @Test
    void waitThatIsLate_mayBeginAnother_andHasEnded() throws Exception {
        on(() -> {
            Deadlines.Wait[] wait = new Deadlines.Wait[1];
            wait[0] = deadlines.begin(() -> {
                late.add("first");
                deadlines.begin(() -> late.add("second"));
                wait[0].end();
            });
            return null;
        });
        awaitAllLooked();
        awaitAllLooked();
        assertThat(late).containsExactly("first", "second");
    }

    @Test
    void waitThatFailsWhenItIsLate_keepsNoOtherFromBeingLate() throws Exception {
        on(() -> {
            deadlines.begin(() -> {
                throw new IllegalStateException("of a test");
            });
            return deadlines.begin(() -> late.add("second"));
        });
        awaitAllLooked();
        assertThat(late).containsExactly("second");
    }

    /** Until a wait that begins now is late, and so all that began before. */
    private void awaitAllLooked() throws Exception {
        CompletableFuture<Void> looked = new CompletableFuture<>();
        on(() -> deadlines.begin(() -> looked.complete(null)));
        looked.get(30, TimeUnit.SECONDS);
    }

    private <T> T on(Callable<T> work) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.runOnContext(nothing -> {
            try {
                done.complete(work.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(30, TimeUnit.SECONDS);
    }
}
