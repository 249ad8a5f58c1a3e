package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Connections that keep a server busy and never bring a chunk. One that the server ends is opened again, so that there are
 * always as many. All state is confined to one event loop; {@link #start}, {@link #addTo} and {@link #close} are for one
 * other thread.
 */
final class HostileCrowd implements AutoCloseable {
    private static final int TRICKLE_MS = 1_000;
    private static final int AGAIN_MS = 500;
    private static final int CONNECT_TIMEOUT_MS = 10_000;
    private static final int OPENED_AT_ONCE_MAX = 200;
    private static final long WAIT_S = 10;
    private static final int STATUS_START = "HTTP/1.1 ".length();
    private static final int STATUS_END = STATUS_START + 3;

    /** What is wrong with them. */
    enum Hostility {
        /** A head that promises a body, which comes by a byte a second. */
        SLOW_CLIENTS,
        /** A head that never ends: a line a second. */
        SLOWLORIS,
        /** Nothing at all, on thousands of connections. */
        FLOOD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Vertx vertx = LoadVertx.open();
    private final Context context = vertx.getOrCreateContext();
    private final NetClient client;
    private final URI target;
    private final String key;
    private final Hostility hostility;
    private final int connections;
    private final Set<Connection> open = new HashSet<>();
    private final Map<String, Long> answers = new TreeMap<>();
    private final Histogram heldMs = new Histogram(3);
    private int missing;
    private int opening;
    private long opened;
    private long failed;
    private long closedUnanswered;
    private boolean ending;

    /** One of them, from its opening to its end. */
    private final class Connection {
        private final NetSocket socket;
        private final long openedNanos = System.nanoTime();
        private String status;

        Connection(NetSocket socket) {
            this.socket = socket;
        }

        long ageMs() {
            return (System.nanoTime() - openedNanos) / 1_000_000;
        }

        void begin() {
            socket.handler(this::answered).exceptionHandler(broken -> {}).closeHandler(closed -> ended(this));
            switch (hostility) {
                case SLOW_CLIENTS -> send(head() + "Content-Length: 20000\r\n\r\n");
                case SLOWLORIS -> send(head());
                case FLOOD -> {}
            }
        }

        void trickle() {
            switch (hostility) {
                case SLOW_CLIENTS -> send(" ");
                case SLOWLORIS -> send("X-Slow: 1\r\n");
                case FLOOD -> {}
            }
        }

        private void send(String text) {
            socket.write(Buffer.buffer(text.getBytes(StandardCharsets.US_ASCII)));
        }

        private void answered(Buffer bytes) {
            if (status == null && bytes.length() >= STATUS_END) {
                status = bytes.getString(STATUS_START, STATUS_END);
            }
        }
    }

    private HostileCrowd(URI target, String key, Hostility hostility, int connections) {
        this.target = target;
        this.key = key;
        this.hostility = hostility;
        this.connections = connections;
        NetClientOptions options = new NetClientOptions().setConnectTimeout(CONNECT_TIMEOUT_MS);
        if ("https".equals(target.getScheme())) {
            options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
        }
        this.client = vertx.createNetClient(options);
    }

    /** @param connections open at the same time, as far as the server lets them */
    static HostileCrowd start(URI target, String key, Hostility hostility, int connections) {
        HostileCrowd crowd = new HostileCrowd(target, key, hostility, connections);
        crowd.context.runOnContext(now -> {
            crowd.missing = connections;
            crowd.openMore();
            crowd.vertx.setPeriodic(TRICKLE_MS, timer -> List.copyOf(crowd.open).forEach(Connection::trickle));
        });
        return crowd;
    }

    private String head() {
        return "POST " + target.getPath() + "/ingest/v1/chunks?key=" + key + " HTTP/1.1\r\nHost: "
                + target.getAuthority() + "\r\nContent-Type: text/plain\r\n";
    }

    private void openMore() {
        while (!ending && missing > 0 && opening < OPENED_AT_ONCE_MAX) {
            missing--;
            opening++;
            client.connect(Target.port(target), target.getHost())
                    .onSuccess(this::connected)
                    .onFailure(refused -> {
                        opening--;
                        failed++;
                        again();
                    });
        }
    }

    private void connected(NetSocket socket) {
        opening--;
        opened++;
        Connection connection = new Connection(socket);
        open.add(connection);
        connection.begin();
        openMore();
    }

    private void ended(Connection connection) {
        if (ending || !open.remove(connection)) {
            return;
        }
        heldMs.recordValue(connection.ageMs());
        if (connection.status == null) {
            closedUnanswered++;
        } else {
            answers.merge(connection.status, 1L, Long::sum);
        }
        again();
    }

    private void again() {
        vertx.setTimer(AGAIN_MS, timer -> {
            missing++;
            openMore();
        });
    }

    /** Ends them and adds how many there were, and how the server ended those that are over. */
    void addTo(ObjectNode result) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(now -> {
            ending = true;
            describe(result.putObject("hostile"));
            open.forEach(connection -> connection.socket.close());
            done.complete(null);
        });
        done.orTimeout(WAIT_S, TimeUnit.SECONDS).join();
    }

    private void describe(ObjectNode node) {
        node.put("kind", hostility.toString());
        node.put("connections", connections);
        node.put("opened", opened);
        node.put("connectFailed", failed);
        ObjectNode byStatus = node.putObject("answeredAndClosed");
        answers.forEach(byStatus::put);
        node.put("closedUnanswered", closedUnanswered);
        node.put("openAtTheEnd", open.size());
        node.put(
                "openAtTheEndMsMax",
                open.stream().mapToLong(Connection::ageMs).max().orElse(0));
        ObjectNode held = node.putObject("heldMs");
        held.put("p50", heldMs.getValueAtPercentile(50));
        held.put("p99", heldMs.getValueAtPercentile(99));
        held.put("max", heldMs.getMaxValue());
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(WAIT_S, TimeUnit.SECONDS)
                .join();
    }
}
