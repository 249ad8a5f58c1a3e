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
import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.ChunkStore;
import io.tapedeck.store.Health;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.SessionKeyCatalog;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.StoreSettings;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.journal.JournalSettings;
import io.tapedeck.store.object.EncryptingObjectStore;
import io.tapedeck.store.object.FileObjectStore;
import io.tapedeck.store.object.MasterKeys;
import io.tapedeck.store.object.MeteredObjectStore;
import io.tapedeck.store.object.S3ObjectStore;
import io.tapedeck.store.object.S3Settings;
import io.tapedeck.store.upkeep.UpkeepSettings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: the only place that picks implementations and turns settings into each component's own. Makes
 * everything in the order of dependence and closes it in the opposite order.
 */
final class Wiring {
    /** A session whose windows have all said that they end need not be silent for longer. */
    private static final Duration FINAL_SETTLE_AFTER_MAX = Duration.ofSeconds(30);

    /** Where the web module's files are on the class path. */
    private static final String WEB_FILES = "tapedeck/web";

    private static final Logger log = LoggerFactory.getLogger(Wiring.class);

    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
    private final Configuration configuration;
    private final Clock clock = Clock.systemUTC();
    private DataFolder folder;
    private Metrics metrics;
    private JdbcCatalog catalog;
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
        Wiring wiring = new Wiring(configuration);
        try {
            wiring.build();
        } catch (StoreException e) {
            wiring.close(Duration.ZERO);
            throw new StartupException("Cannot start: " + e.kind() + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            wiring.close(Duration.ZERO);
            throw e;
        }
        return wiring;
    }

    private void build() {
        folder = keep(DataFolder.open(get(Settings.DATA_DIR)));
        metrics = keep(new Metrics());
        catalog = keep(JdbcCatalog.open(catalogSettings(), metrics.registry()));
        ObjectStore objects = objectStore();
        boolean passwordMade = new FirstStart(configuration, catalog, folder).run(clock.millis());
        Path file = folder.path().resolve(FirstStart.PASSWORD_FILE);
        passwordFile = passwordMade || file.toFile().exists() ? file : null;
        store = ChunkStore.open(storeSettings(), objects, catalog.catalogs(), metrics.registry(), clock);
        health = new HealthRoutes(store::check);
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        keep(() -> vertx.close().toCompletionStage().toCompletableFuture().get());
        buildRouters();
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

    HealthRoutes health() {
        return health;
    }

    /** Whether journal, object store and catalog work. Never fails. */
    CompletableFuture<Health> check() {
        return store.check();
    }

    AdminCatalog admin() {
        return catalog;
    }

    /** The file with the admin's first password, if it is still there. */
    Optional<Path> passwordFile() {
        return Optional.ofNullable(passwordFile);
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
                log.warn("Something did not close", e);
            }
        }
    }

    private ObjectStore objectStore() {
        ObjectStore plain = new MeteredObjectStore(plainObjectStore(), metrics.registry());
        SessionKeyCatalog sessionKeys = catalog.catalogs().sessionKeys();
        List<byte[]> masterKeys = get(Settings.ENCRYPTION_KEY);
        if (masterKeys != null) {
            return keep(new EncryptingObjectStore(plain, sessionKeys, new MasterKeys(masterKeys)));
        }
        if (sessionKeys.isUsed()) {
            plain.close();
            throw new StartupException(
                    "The store holds encrypted sessions. Give their key with --encryption-key or its _FILE form.",
                    null);
        }
        return keep(plain);
    }

    private ObjectStore plainObjectStore() {
        URI url = get(Settings.STORE_URL);
        if (url == null) {
            return new FileObjectStore(folder.path().resolve("objects"));
        }
        return switch (url.getScheme()) {
            case "file" -> new FileObjectStore(Path.of(url.getPath()));
            case "s3" -> new S3ObjectStore(s3Settings(url));
            default -> throw new AssertionError("the setting allows no other scheme: " + url.getScheme());
        };
    }

    private S3Settings s3Settings(URI url) {
        S3Settings settings = S3Settings.of(url).withRegion(get(Settings.S3_REGION));
        if (get(Settings.S3_ENDPOINT) != null) {
            settings = settings.withEndpoint(get(Settings.S3_ENDPOINT));
        }
        if (get(Settings.S3_PATH_STYLE) != null) {
            settings = settings.withPathStyle(get(Settings.S3_PATH_STYLE));
        }
        if (get(Settings.S3_ACCESS_KEY) != null) {
            settings = settings.withCredentials(get(Settings.S3_ACCESS_KEY), get(Settings.S3_SECRET_KEY));
        }
        return settings;
    }

    /** Stands in the catalog beside every object, so that old references survive another configuration. */
    private String objectStoreId() {
        URI url = get(Settings.STORE_URL);
        return url == null ? "embedded" : url.toString();
    }

    private CatalogSettings catalogSettings() {
        String url = get(Settings.CATALOG_URL);
        return url == null
                ? CatalogSettings.of("jdbc:sqlite:" + folder.path().resolve("catalog.db"))
                : CatalogSettings.of(url, get(Settings.CATALOG_USER), get(Settings.CATALOG_PASSWORD));
    }

    private StoreSettings storeSettings() {
        boolean stored = get(Settings.ACK).equals("stored");
        StoreSettings defaults = StoreSettings.defaults(
                folder.path().resolve("store"),
                objectStoreId(),
                stored ? StoreSettings.Ack.STORED : StoreSettings.Ack.JOURNALED);
        JournalSettings journal = defaults.journal();
        UpkeepSettings upkeep = defaults.upkeep();
        Duration settleAfter = get(Settings.SETTLE_AFTER);
        return new StoreSettings(
                defaults.folder(),
                defaults.objectStoreId(),
                has("recorder"),
                has("upkeep"),
                defaults.ack(),
                defaults.storedWaitMs(),
                new JournalSettings(
                        journal.fileBytes(),
                        get(Settings.JOURNAL_BYTES_MAX),
                        journal.diskShareMax(),
                        journal.freeShareMin(),
                        journal.pendingBytesMax()),
                defaults.flush().withLevel(get(Settings.SEGMENT_LEVEL)),
                new UpkeepSettings(
                        Math.min(upkeep.intervalMs(), Math.max(1_000, settleAfter.toMillis())),
                        settleAfter.toMillis(),
                        Math.min(settleAfter.toMillis(), FINAL_SETTLE_AFTER_MAX.toMillis()),
                        upkeep.leaseMs(),
                        get(Settings.GC_GRACE).toMillis(),
                        upkeep.staleIntentAfterMs(),
                        upkeep.memoryBytesMax(),
                        upkeep.parts(),
                        get(Settings.SETTLE_LEVEL)));
    }

    private void buildRouters() {
        BaseUrl publicUrl = get(Settings.PUBLIC_URL) == null
                ? null
                : BaseUrl.parse(get(Settings.PUBLIC_URL).toString());
        ForwardedHeaders forwarded =
                new ForwardedHeaders(publicUrl, TrustedProxies.parse(get(Settings.TRUSTED_PROXIES)));
        Router app = Router.router(vertx);
        if (has("recorder")) {
            Assets assets = Assets.load(Wiring.class.getClassLoader(), WEB_FILES);
            RecorderApi recorder = keep(
                    new RecorderApi(vertx, recorderSettings(), store, catalog, assets, forwarded, metrics.registry()));
            recorder.mount(app);
        }
        if (has("playback")) {
            AdminSeams seams = AdminSeams.of(catalog, catalog.catalogs(), store::journalBytes);
            PlaybackApi playback = keep(new PlaybackApi(
                    vertx, store, seams, forwarded, PlaybackSettings.DEFAULT, clock, metrics.registry()));
            playback.mount(app);
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
                defaults.scanLimits());
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
