package io.tapedeck.loadtest;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * One process's way to a server, on a port of its own, which can be cut as a network is: bytes on their way are lost
 * without a word, new connections are made and nothing comes of them. Thread-safe.
 */
final class Relay implements AutoCloseable {
    private static final int TIMEOUT_S = 30;

    private final Vertx vertx = Vertx.vertx();
    private final int port;
    private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    Relay(int serverPort) {
        NetServer server = await(vertx.createNetServer()
                .connectHandler(client -> connect(client, serverPort))
                .listen(0, "127.0.0.1"));
        this.port = server.actualPort();
    }

    int port() {
        return port;
    }

    /** From now on nothing comes through. */
    void cut() {
        cut = true;
    }

    /** Connections made from now on come through; those of before are reset. */
    void mend() {
        cut = false;
        sockets.forEach(NetSocket::close);
    }

    private void connect(NetSocket client, int serverPort) {
        track(client);
        client.pause();
        vertx.createNetClient()
                .connect(serverPort, "127.0.0.1")
                .onFailure(refused -> client.close())
                .onSuccess(server -> {
                    track(server);
                    join(client, server);
                    join(server, client);
                    client.resume();
                });
    }

    private void track(NetSocket socket) {
        sockets.add(socket);
        socket.closeHandler(closed -> sockets.remove(socket));
    }

    private void join(NetSocket from, NetSocket to) {
        from.handler(bytes -> {
            if (!cut) {
                to.write(bytes);
                if (to.writeQueueFull()) {
                    from.pause();
                    to.drainHandler(drained -> from.resume());
                }
            }
        });
        from.endHandler(end -> {
            if (!cut) {
                to.close();
            }
        });
        from.exceptionHandler(error -> to.close());
    }

    @Override
    public void close() {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(TIMEOUT_S, TimeUnit.SECONDS)
                .join();
    }
}
