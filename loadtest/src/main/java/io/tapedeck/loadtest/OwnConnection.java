package io.tapedeck.loadtest;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.RequestOptions;
import java.util.Optional;
import java.util.function.Supplier;

/** One recorder's connection, opened when it is first needed and again whenever it was lost. Confined to its thread. */
final class OwnConnection implements Supplier<Future<? extends HttpClient>> {
    private final HttpClientAgent agent;
    private final Supplier<Optional<RequestOptions>> server;
    private Future<HttpClientConnection> connection;

    /** @param server a request to where the server is, empty while it is nowhere */
    OwnConnection(HttpClientAgent agent, Supplier<Optional<RequestOptions>> server) {
        this.agent = agent;
        this.server = server;
    }

    @Override
    public Future<? extends HttpClient> get() {
        if (connection == null) {
            connection = server.get()
                    .map(to -> agent.connect(new HttpConnectOptions()
                            .setHost(to.getHost())
                            .setPort(to.getPort())
                            .setSsl(to.isSsl())))
                    .orElseGet(() -> Future.failedFuture("the server is nowhere"))
                    .onSuccess(opened -> opened.closeHandler(closed -> connection = null))
                    .onFailure(refused -> connection = null);
        }
        return connection;
    }
}
