package io.tapedeck.store.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedLookupsTest {
    private final List<CompletableFuture<String>> looks = new ArrayList<>();
    private final SharedLookups<String, String> lookups = new SharedLookups<>(key -> {
        CompletableFuture<String> look = new CompletableFuture<>();
        looks.add(look);
        return look;
    });

    @Test
    void whoAsksDuringALook_sharesTheNext() {
        CompletableFuture<String> first = lookups.get("a");
        CompletableFuture<String> second = lookups.get("a");
        CompletableFuture<String> third = lookups.get("a");
        assertThat(looks).hasSize(1);

        looks.get(0).complete("old");
        assertThat(first).isCompletedWithValue("old");
        assertThat(second).isNotDone();
        assertThat(looks).hasSize(2);

        looks.get(1).complete("new");
        assertThat(second).isCompletedWithValue("new");
        assertThat(third).isCompletedWithValue("new");
        assertThat(looks).hasSize(2);
    }

    @Test
    void whoAsksAfterALook_getsAnother() {
        lookups.get("a");
        looks.get(0).complete("old");

        CompletableFuture<String> later = lookups.get("a");

        assertThat(later).isNotDone();
        assertThat(looks).hasSize(2);
    }

    @Test
    void otherKeys_doNotWait() {
        lookups.get("a");
        lookups.get("b");

        assertThat(looks).hasSize(2);
    }

    @Test
    void failure_isThatOfItsLookOnly() {
        CompletableFuture<String> first = lookups.get("a");
        CompletableFuture<String> second = lookups.get("a");

        looks.get(0).completeExceptionally(new IllegalStateException("away"));
        looks.get(1).complete("back");

        assertThatThrownBy(first::join).hasRootCauseMessage("away");
        assertThat(second).isCompletedWithValue("back");
    }

    @Test
    void cancelling_takesTheAnswerFromNobodyElse() {
        lookups.get("a");
        CompletableFuture<String> second = lookups.get("a");
        CompletableFuture<String> third = lookups.get("a");

        second.cancel(false);
        looks.get(0).complete("old");
        looks.get(1).complete("new");

        assertThat(third).isCompletedWithValue("new");
    }

    @Test
    void answers_areNeverOlderThanTheirQuestions() throws Exception {
        AtomicInteger truth = new AtomicInteger();
        ConcurrentLinkedQueue<String> stale = new ConcurrentLinkedQueue<>();
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            SharedLookups<String, Integer> shared =
                    new SharedLookups<>(key -> CompletableFuture.supplyAsync(truth::get, threads));
            List<CompletableFuture<?>> asked = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                int atLeast = truth.incrementAndGet();
                asked.add(shared.get("a").thenAccept(found -> {
                    if (found < atLeast) {
                        stale.add(found + " for " + atLeast);
                    }
                }));
            }
            CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }

        assertThat(stale).isEmpty();
    }
}
