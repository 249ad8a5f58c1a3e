package io.tapedeck.store;

import java.util.concurrent.Callable;

/** What every call from the store under test to a seam goes through: it may fail there, or never arrive. */
public interface CallGate {
    /**
     * @param name of the call, for messages
     * @param call the call itself
     */
    <T> T call(String name, Callable<T> call);
}
