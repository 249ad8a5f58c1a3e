package io.tapedeck.server;

import io.tapedeck.recorder.RecorderSettings;
import io.tapedeck.server.config.Configuration;
import io.tapedeck.server.config.ConfigurationException;
import io.tapedeck.server.config.Settings;
import io.tapedeck.server.storage.StartupException;
import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.Health;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.vertx.core.Future;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: everything {@link Wiring} made, listening. Started and stopped once. Stopping answers what is under
 * way, seals and flushes, and takes at most {@link #STOP_MAX}: a call of a database that is silent ends only when it has timed
 * out, and whatever waits for such calls after that is left to the end of the process, as if it had been killed.
 */
final class Server {
    /** All of stopping; what is not flushed by then is in the journal and flushed by the next start. */
    static final Duration STOP_MAX = Duration.ofSeconds(20);

    /** How long a start waits for what is away: when a whole installation starts, its database may be the last. */
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);

    private static final Duration START_PAUSE_MAX = Duration.ofSeconds(2);
    private static final Duration LISTEN_MAX = Duration.ofSeconds(30);
    private static final Duration CLOSE_HTTP_MAX = Duration.ofSeconds(6);
    /** What is left of {@link #STOP_MAX} for the rest once flushing has had its time. */
    private static final Duration CLOSE_REST = Duration.ofSeconds(3);

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private final Configuration configuration;
    private final Wiring wiring;
    private final List<HttpListener> listeners = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Server(Configuration configuration, Wiring wiring) {
        this.configuration = configuration;
        this.wiring = wiring;
    }

    /**
     * Starts it; object store and catalog may come a little later.
     *
     * @throws StartupException if something that it needs cannot be had; nothing is left running then
     * @throws ConfigurationException before anything is touched, if this process's heap is too small for the settings
     */
    static Server start(Configuration configuration) {
        configuration.requireRoomForUploads(RecorderSettings.defaults().inFlightBytesMax());
        Wiring wiring = wire(configuration);
        Server server = new Server(configuration, wiring);
        try {
            server.listen();
        } catch (RuntimeException e) {
            server.stop();
            throw e;
        }
        return server;
    }

    private static Wiring wire(Configuration configuration) {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        while (true) {
            try {
                return Wiring.of(configuration);
            } catch (StartupException e) {
                if (!isAway(e.getCause()) || System.nanoTime() > deadline) {
                    throw e;
                }
                LOG.warn("{}; trying again", e.getMessage());
                LockSupport.parkNanos(
                        ThreadLocalRandom.current().nextLong(START_PAUSE_MAX.toNanos() / 4, START_PAUSE_MAX.toNanos()));
            }
        }
    }

    private static boolean isAway(Throwable cause) {
        return cause instanceof StoreException store
                && (store.kind() == StoreErrorKind.UNAVAILABLE || store.kind() == StoreErrorKind.TIMEOUT);
    }

    private void listen() {
        String bind = configuration.get(Settings.BIND);
        int eventLoops = Runtime.getRuntime().availableProcessors();
        listeners.add(await(
                "listen on port " + configuration.get(Settings.HTTP_PORT),
                HttpListener.open(
                        wiring.vertx(),
                        bind,
                        configuration.get(Settings.HTTP_PORT),
                        eventLoops,
                        wiring.publicRouter())));
        wiring.announceControl(URI.create("http://" + BindAddress.hostForPrograms(bind) + ":"
                + listeners.get(0).port()));
        Integer internalPort = configuration.get(Settings.INTERNAL_PORT);
        if (internalPort != null) {
            listeners.add(await(
                    "listen on internal port " + internalPort,
                    HttpListener.open(wiring.vertx(), bind, internalPort, 1, wiring.internalRouter())));
        }
    }

    /** What to tell the person who started it. */
    List<String> announcement() {
        String base = baseUrl();
        List<String> lines = new ArrayList<>();
        lines.add("Tapedeck " + ProductVersion.VALUE + " " + readiness());
        lines.add("  Web app  " + base + "/app/  (user " + AdminCatalog.ADMIN_ACCOUNT + passwordHint() + ")");
        if (configuration.get(Settings.DEMO)) {
            lines.add("  Demo     " + base + "/demo");
        }
        List<AdminCatalog.WriteKey> keys = wiring.admin().writeKeys(AdminCatalog.DEFAULT_PROJECT);
        if (!keys.isEmpty()) {
            lines.addAll(snippets(base, keys.get(0).key()));
        }
        return lines;
    }

    /** A wrong bucket must not look like a good start; what was acknowledged is safe in the journal all the same. */
    private String readiness() {
        Health health = wiring.check().join();
        if (health.isReady()) {
            return "is ready.";
        }
        StringJoiner troubles = new StringJoiner(", ");
        Stream.of(health.journal(), health.objectStore(), health.catalog())
                .filter(Objects::nonNull)
                .forEach(trouble -> troubles.add(trouble.kind() + ": " + trouble.getMessage()));
        return "listens but is NOT READY (" + troubles + "); " + HealthRoutes.READY_PATH + " tells when it is.";
    }

    /** The snippet that follows every release, and the one that is pinned to this release's very bytes. */
    private static List<String> snippets(String base, String key) {
        RecorderRelease release = RecorderRelease.bundled();
        String end = "data-key=\"" + key + "\"></script>";
        return List.of(
                "  Snippet  <script async src=\"" + base + "/recorder.js\" " + end,
                "  Pinned   <script async src=\"" + base + "/recorder/" + release.version() + ".js\" integrity=\""
                        + release.sri() + "\" crossorigin " + end);
    }

    private String baseUrl() {
        if (configuration.get(Settings.PUBLIC_URL) != null) {
            return configuration.get(Settings.PUBLIC_URL).toString().replaceAll("/+$", "");
        }
        String host = BindAddress.hostForPeople(configuration.get(Settings.BIND));
        return "http://" + host + ":" + listeners.get(0).port();
    }

    private String passwordHint() {
        return wiring.passwordFile().map(file -> ", password in " + file).orElse("");
    }

    /** Stops when the process is told to end. */
    void stopOnSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    }

    /** Waits until the server has stopped. */
    void awaitStop() {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void stop() {
        long startedNs = System.nanoTime();
        wiring.stopping();
        for (HttpListener listener : listeners) {
            try {
                listener.close(wiring.vertx())
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(CLOSE_HTTP_MAX.toMillis(), TimeUnit.MILLISECONDS);
            } catch (Exception e) {
                LOG.warn("A listener did not close in time", e);
            }
        }
        close(STOP_MAX.minusNanos(System.nanoTime() - startedNs));
        stopped.countDown();
        LOG.info("Stopped");
    }

    private void close(Duration left) {
        CompletableFuture<Void> closing = CompletableFuture.runAsync(
                () -> wiring.close(left.minus(CLOSE_REST)), task -> daemon(task).start());
        try {
            closing.get(left.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Not everything closed in time; what is not flushed is in the journal", e);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "close");
        thread.setDaemon(true);
        return thread;
    }

    private static <T> T await(String what, Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(LISTEN_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("Interrupted while trying to " + what, e);
        } catch (TimeoutException e) {
            throw new StartupException("Could not " + what + " in time", e);
        } catch (ExecutionException e) {
            String hint = e.getCause() instanceof BindException
                    ? ". Is another server running there? Choose another port with --http-port."
                    : "";
            throw new StartupException("Could not " + what + ": " + e.getCause().getMessage() + hint, e);
        }
    }
}
