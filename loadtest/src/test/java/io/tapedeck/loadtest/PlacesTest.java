package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private final List<String> taken = new ArrayList<>();

    @Test
    void take_whileOneIsFree_isAtOnce() {
        Places places = new Places(2);

        assertThat(places.take(() -> taken.add("a"))).isTrue();
        assertThat(places.take(() -> taken.add("b"))).isTrue();
        assertThat(places.take(() -> taken.add("c"))).isFalse();
        assertThat(taken).isEmpty();
    }

    @Test
    void giveBack_goesToWhoWaitsLongest() {
        Places places = new Places(1);
        places.take(() -> taken.add("a"));
        places.take(() -> taken.add("b"));
        places.take(() -> taken.add("c"));

        places.giveBack();
        assertThat(taken).containsExactly("b");
        places.giveBack();
        assertThat(taken).containsExactly("b", "c");
    }

    @Test
    void giveBack_whenNobodyWaits_isFreeForTheNext() {
        Places places = new Places(1);
        places.take(() -> taken.add("a"));
        places.giveBack();

        assertThat(places.take(() -> taken.add("b"))).isTrue();
        assertThat(places.take(() -> taken.add("c"))).isFalse();
    }

    @Test
    void manyThreads_areNeverMoreThanThereArePlaces_andAllGetOne() throws Exception {
        int takers = 2_000;
        Places places = new Places(3);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(takers);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Runnable work = () -> {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                Thread.onSpinWait();
                inside.decrementAndGet();
                places.giveBack();
                done.countDown();
            };
            for (int i = 0; i < takers; i++) {
                threads.execute(() -> {
                    if (places.take(() -> threads.execute(work))) {
                        work.run();
                    }
                });
            }
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            threads.shutdownNow();
        }
        assertThat(most.get()).isBetween(1, 3);
    }
}
