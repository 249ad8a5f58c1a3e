package io.tapedeck.loadtest;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** The event loops that load is made with: on the system's own transport where there is one, so that they cost little beside a server. */
final class LoadVertx {
    private LoadVertx() {}

    /** With as many workers as there are processors: who decompresses on one takes some 10 MB outside the heap. */
    static Vertx open() {
        return Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setWorkerPoolSize(Runtime.getRuntime().availableProcessors()));
    }
}
