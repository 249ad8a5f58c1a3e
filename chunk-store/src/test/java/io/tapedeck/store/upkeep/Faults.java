package io.tapedeck.store.upkeep;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Makes one of the calls to a settler's seams the last one: from then on nothing that it does has an effect, as if its
 * process had died. Calls are counted from 1 on, over all seams together. Thread-safe.
 */
final class Faults {
    private final int last;
    private final boolean takesEffect;
    private int calls;

    /** @param takesEffect whether the last call is done, though nobody hears of it */
    Faults(int last, boolean takesEffect) {
        this.last = last;
        this.takesEffect = takesEffect;
    }

    synchronized boolean happened() {
        return calls >= last;
    }

    /** The seam, as the settler sees it. */
    <T> T seam(Class<T> type, T real) {
        Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            boolean lives = count();
            Object result = null;
            if (lives || (calls == last && takesEffect)) {
                try {
                    result = method.invoke(real, args);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            }
            if (lives) {
                return result;
            }
            if (result instanceof CompletableFuture<?> future) {
                future.join();
            }
            StoreException dead = new StoreException(StoreErrorKind.UNAVAILABLE, "the process is dead");
            if (Future.class.isAssignableFrom(method.getReturnType())) {
                return CompletableFuture.failedFuture(dead);
            }
            throw dead;
        });
        return type.cast(proxy);
    }

    private synchronized boolean count() {
        calls = Math.min(calls + 1, last + 1);
        return calls < last;
    }
}
