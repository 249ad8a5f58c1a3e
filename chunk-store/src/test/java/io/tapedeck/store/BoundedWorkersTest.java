package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class BoundedWorkersTest {
    /** Knows on each thread which place it is at. */
    private static final class PlacesByThread implements WorkTracer {
        private final ThreadLocal<String> place = ThreadLocal.withInitial(() -> "nowhere");

        @Override
        public Work begin(String operation) {
            place.set(operation);
            return place::remove;
        }

        @Override
        public Place here() {
            String here = place.get();
            return part -> {
                try (Work work = begin(here)) {
                    assertThat(work).isNotNull();
                    part.run();
                }
            };
        }
    }

    @Test
    void work_isDoneAtThePlaceItWasSubmittedFrom_andSoIsWhatFollowsFromIt() {
        PlacesByThread tracer = new PlacesByThread();
        CompletableFuture<Void> mayBegin = new CompletableFuture<>();
        try (BoundedWorkers workers = new BoundedWorkers("test", 1, 2, tracer)) {
            CompletableFuture<String> during;
            CompletableFuture<String> after;
            try (WorkTracer.Work work = tracer.begin("reading")) {
                assertThat(work).isNotNull();
                during = workers.submit(() -> {
                    mayBegin.join();
                    return tracer.place.get();
                });
                after = during.thenApply(done -> tracer.place.get());
            }
            CompletableFuture<String> other = workers.submit(tracer.place::get);
            mayBegin.complete(null);

            // In this order: who waits for a future may run what follows from it.
            assertThat(after.join()).isEqualTo("reading");
            assertThat(during.join()).isEqualTo("reading");
            assertThat(other.join()).isEqualTo("nowhere");
        }
    }

    @Test
    void workThatNoThreadCanBeMadeFor_fails() {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1), work -> {
                    throw new OutOfMemoryError("unable to create native thread");
                });
        try (BoundedWorkers workers = new BoundedWorkers("test", threads)) {
            assertThat(workers.submit(() -> "done")).isCompletedExceptionally();
        }
    }
}
