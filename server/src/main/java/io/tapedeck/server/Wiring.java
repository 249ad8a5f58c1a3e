package io.tapedeck.server;

import io.tapedeck.http.Assets;
import io.tapedeck.http.BaseUrl;
import io.tapedeck.http.ForwardedHeaders;
import io.tapedeck.http.Problems;
import io.tapedeck.http.RequestId;
import io.tapedeck.http.RequestLog;
import io.tapedeck.http.SecurityHeaders;
import io.tapedeck.http.TrustedProxies;
import io.tapedeck.playback.AdminSeams;
import io.tapedeck.playback.PlaybackApi;
import io.tapedeck.playback.PlaybackSettings;
import io.tapedeck.recorder.RecorderApi;
import io.tapedeck.recorder.RecorderSettings;
import io.tapedeck.server.config.Configuration;
import io.tapedeck.server.config.Setting;
import io.tapedeck.server.config.Settings;
import io.tapedeck.server.logging.Logs;
import io.tapedeck.server.storage.ControlFile;
import io.tapedeck.server.storage.DataFolder;
import io.tapedeck.server.storage.StartupException;
import io.tapedeck.server.storage.Stores;
import io.tapedeck.server.tracing.TracedStore;
import io.tapedeck.server.tracing.Traces;
import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.ChunkAppender;
import io.tapedeck.store.ChunkStore;
import io.tapedeck.store.Health;
import io.tapedeck.store.ObjectFolders;
import io.tapedeck.store.SessionReader;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: the only place, with {@link Stores}, that picks implementations and turns settings into each component's own. Makes
 * everything in the order of dependence and closes it in the opposite order.
 */
final class Wiring {
    /** Where the web module's files are on the class path. */
    private static final String WEB_FILES = "tapedeck/web";
    /** Among them, the web app's. */
    private static final String WEB_APP = "app";

    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
    private final List<Runnable> stopping = new ArrayList<>();
    private final Configuration configuration;
    private final Clock clock = Clock.systemUTC();
    private DataFolder folder;
    private Metrics metrics;
    /** Null if nothing is traced. */
    private Traces traces;

    private JdbcCatalog catalog;
    private ControlToken control;
    private ChunkStore store;
    private Vertx vertx;
    private HealthRoutes health;
    private Path passwordFile;
    private Router publicRouter;
    private Router internalRouter;

    private Wiring(Configuration configuration) {
        this.configuration = configuration;
    }

    /** @throws StartupException saying what cannot be had; nothing is left open then */
    static Wiring of(Configuration configuration) {
        return of(configuration, () -> Vertx.vertx(new VertxOptions().setPreferNativeTransport(true)));
    }

    /** @param newVertx may be called on another thread */
    static Wiring of(Configuration configuration, Supplier<Vertx> newVertx) {
        Wiring wiring = new Wiring(configuration);
        try {
            wiring.build(newVertx);
        } catch (StoreException e) {
            wiring.close(Duration.ZERO);
            throw new StartupException("Cannot start: " + e.kind() + ": " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            wiring.close(Duration.ZERO);
            throw e;
        }
        return wiring;
    }

    private void build(Supplier<Vertx> newVertx) {
        folder = keep(DataFolder.open(get(Settings.DATA_DIR)));
        metrics = keep(new Metrics());
        traces = get(Settings.TRACE_ENDPOINT) == null ? null : keep(newTraces());
        // Traces come first: once there is a Vertx, it is too late to tell it what belongs to a request.
        CompletableFuture<Vertx> http = StartTasks.begin("http", newVertx);
        CompletableFuture<Assets> assets = http.thenApply(made -> webFiles());
        try {
            openStorage();
        } catch (RuntimeException | Error e) {
            closeOnceMade(http, e);
            throw e;
        }
        vertx = StartTasks.join(http);
        keep(() -> close(vertx));
        buildRouters(StartTasks.join(assets));
    }

    /** What goes wrong with the one meanwhile must not hide why it is not needed any more. */
    private static void closeOnceMade(CompletableFuture<Vertx> http, Throwable why) {
        try {
            close(StartTasks.join(http));
        } catch (Exception | Error e) {
            why.addSuppressed(e);
        }
    }

    private static void close(Vertx vertx) throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    private void openStorage() {
        FirstStart firstStart = new FirstStart(configuration, folder);
        if (Stores.hasNoCatalog(configuration, folder.path())) {
            firstStart.prepare();
        }
        Stores stores = keep(Stores.open(configuration, folder.path(), metrics.registry()));
        catalog = stores.catalog();
        control = new ControlToken(catalog::principalOfToken);
        warnOfAnEmptyCatalog(stores);
        boolean passwordMade = firstStart.run(catalog, clock.millis());
        Path file = folder.path().resolve(FirstStart.PASSWORD_FILE);
        passwordFile = passwordMade || file.toFile().exists() ? file : null;
        store = openStore(stores);
        store.node().ifPresent(Logs::nameNode);
        if (traces != null) {
            traces.start(ProductVersion.VALUE, store.node().orElse(null));
        }
        health = new HealthRoutes(store::check);
    }

    private Traces newTraces() {
        Map<String, String> headers = get(Settings.TRACE_HEADERS);
        return Traces.to(
                get(Settings.TRACE_ENDPOINT),
                headers == null ? Map.of() : headers,
                get(Settings.TRACE_RATIO),
                metrics.registry());
    }

    private ChunkStore openStore(Stores stores) {
        return traces == null
                ? ChunkStore.open(stores.settings(), stores.objects(), catalog.catalogs(), metrics.registry(), clock)
                : ChunkStore.open(
                        stores.settings(),
                        traces.follow(stores.objects()),
                        traces.follow(catalog.catalogs()),
                        traces.work(),
                        metrics.registry(),
                        clock);
    }

    Vertx vertx() {
        return vertx;
    }

    Router publicRouter() {
        return publicRouter;
    }

    Router internalRouter() {
        return internalRouter;
    }

    /** Whether journal, object store and catalog work. Never fails. */
    CompletableFuture<Health> check() {
        return store.check();
    }

    /** Tells commands on this machine how to reach this server, until it closes. */
    void announceControl(URI url) {
        if (has("playback")) {
            ControlFile.write(folder, url, control.token());
            toClose.push(() -> ControlFile.delete(folder));
        }
    }

    /** Objects that no catalog knows are not lost, but nobody sees them. */
    private static void warnOfAnEmptyCatalog(Stores stores) {
        if (stores.catalogs().adoption().isEmpty()) {
            stores.objects().list(ObjectFolders.RECORDINGS, null, 1).thenAccept(found -> {
                if (!found.isEmpty()) {
                    LOG.warn(
                            "The catalog is empty and the object store is not; tapedeck reindex makes the catalog anew");
                }
            });
        }
    }

    AdminCatalog admin() {
        return catalog;
    }

    /** The file with the admin's first password, if it is still there. */
    Optional<Path> passwordFile() {
        return Optional.ofNullable(passwordFile);
    }

    /** To be called before requests under way are waited for: the server is not ready any more, and streams end. */
    void stopping() {
        health.stopping();
        stopping.forEach(Runnable::run);
    }

    /** Seals and flushes within {@code wait}, then closes everything. Never throws. */
    void close(Duration wait) {
        if (store != null) {
            store.close(wait.isNegative() ? Duration.ZERO : wait);
        }
        while (!toClose.isEmpty()) {
            try {
                toClose.pop().close();
            } catch (Exception e) {
                LOG.warn("Something did not close", e);
            }
        }
    }

    /** A gateway serves them all; a process without one needs the web app's alone. */
    private Assets webFiles() {
        String folder = has("recorder") ? WEB_FILES : WEB_FILES + "/" + WEB_APP;
        return Assets.load(Wiring.class.getClassLoader(), folder);
    }

    private void buildRouters(Assets assets) {
        BaseUrl publicUrl = get(Settings.PUBLIC_URL) == null
                ? null
                : BaseUrl.parse(get(Settings.PUBLIC_URL).toString());
        ForwardedHeaders forwarded =
                new ForwardedHeaders(publicUrl, TrustedProxies.parse(get(Settings.TRUSTED_PROXIES)));
        TracedStore traced = traces == null ? null : traces.follow(store);
        Router app = Router.router(vertx);
        Problems.install(app);
        if (has("recorder")) {
            ChunkAppender appender = traced == null ? store : traced;
            RecorderApi recorder = keep(new RecorderApi(
                    vertx, recorderSettings(), appender, catalog, assets, forwarded, metrics.registry()));
            recorder.mount(app);
        }
        if (traces != null) {
            // Behind the routes of recorders: what a page's visitor says of traces counts for nothing.
            app.route().handler(traces.ofCallers());
        }
        if (has("playback")) {
            AdminSeams seams =
                    AdminSeams.of(catalog, control, catalog.catalogs(), store::journalBytes, store::erasureRequested);
            SessionReader reader = traced == null ? store : traced;
            PlaybackApi playback = keep(new PlaybackApi(
                    vertx,
                    reader,
                    seams,
                    forwarded,
                    playbackSettings(),
                    clock,
                    metrics.registry(),
                    has("recorder") ? assets.below(WEB_APP) : assets));
            playback.mount(app);
            stopping.add(playback::stopStreams);
        }
        boolean internal = get(Settings.INTERNAL_PORT) != null;
        if (internal) {
            internalRouter = framed();
            health.mount(internalRouter);
            new MetricsRoute(metrics).mount(internalRouter);
        } else {
            health.mount(app);
            new MetricsRoute(metrics).mountGuarded(app, catalog);
        }
        publicRouter = framed();
        if (traces != null) {
            publicRouter.route().handler(traces.ofAnybody());
        }
        if (publicUrl != null && !publicUrl.prefix().isEmpty()) {
            // For a proxy that passes the path on; one that strips it is served by the routes below.
            publicRouter.route(publicUrl.prefix() + "/*").subRouter(app);
        }
        publicRouter.route("/*").subRouter(app);
    }

    /** A router with what every answer needs. */
    private Router framed() {
        Router router = Router.router(vertx);
        Problems.install(router);
        router.route()
                .handler(new RequestId())
                .handler(new SecurityHeaders())
                .handler(new RequestLog(metrics.registry()));
        return router;
    }

    private PlaybackSettings playbackSettings() {
        PlaybackSettings defaults = PlaybackSettings.DEFAULT;
        return defaults.with(
                        get(Settings.EVENT_STREAMS_MAX), defaults.live().withViewersMax(get(Settings.LIVE_VIEWERS_MAX)))
                .withShareLinks(get(Settings.SHARE_LINKS));
    }

    private RecorderSettings recorderSettings() {
        RecorderSettings defaults = RecorderSettings.defaults();
        Long inFlight = get(Settings.INFLIGHT_BYTES_MAX);
        return new RecorderSettings(
                get(Settings.INGEST_PATHS),
                get(Settings.DEMO),
                Math.toIntExact(get(Settings.BODY_BYTES_MAX)),
                Math.toIntExact(get(Settings.INFLATED_BYTES_MAX)),
                inFlight != null ? inFlight : defaults.inFlightBytesMax(),
                defaults.requestsInFlightMax(),
                defaults.keyRequestsPerSecond(),
                defaults.keyBurst(),
                defaults.bodyIdleMs(),
                defaults.bodyMs(),
                defaults.appendTimeoutMs(),
                defaults.workers(),
                defaults.scanLimits(),
                get(Settings.SEGMENT_LEVEL));
    }

    private boolean has(String role) {
        return get(Settings.ROLES).contains(role);
    }

    private <T> T get(Setting<T> setting) {
        return configuration.get(setting);
    }

    private <T extends AutoCloseable> T keep(T made) {
        toClose.push(made);
        return made;
    }
}
