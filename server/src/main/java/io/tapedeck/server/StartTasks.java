package io.tapedeck.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Tasks of the start that need nothing of the others: each goes on beside them, on a thread of its own. */
final class StartTasks {
    private StartTasks() {}

    /** @param name of the thread, which does not keep the process alive */
    static <T> CompletableFuture<T> begin(String name, Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> {
            Thread thread = new Thread(task, "tapedeck-start-" + name);
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** Waits for a task; fails with what it failed with. */
    static <T> T join(CompletableFuture<T> task) {
        try {
            return task.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e;
        }
    }
}
