package io.tapedeck.recorder;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.http.Assets;
import io.tapedeck.http.ForwardedHeaders;
import io.tapedeck.http.RequestLog;
import io.tapedeck.recorder.dialect.Dialect;
import io.tapedeck.recorder.dialect.Dialects;
import io.tapedeck.recorder.dialect.Endpoint;
import io.tapedeck.recorder.dialect.Inquiry;
import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.ChunkAppender;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The gateway: everything that recorders and the pages they run in ask for. Thread-safe; {@link #mount} may be called for
 * several routers, which then share its bounds.
 *
 * <p>The server it runs on must leave decompression and {@code 100-continue} to it, and should drop connections whose
 * head does not arrive.
 */
public final class RecorderApi implements AutoCloseable {
    /** Threads for calls into the catalog: few, so that a slow one is not asked for more. */
    private static final int CATALOG_THREADS = 2;

    private static final long CATALOG_CALL_S_MAX = 60;

    private final RecorderSettings settings;
    private final Admission admission;
    private final List<Mounted> ingest = new ArrayList<>();
    private final List<Mounted> inquiries = new ArrayList<>();
    private final WorkerExecutor decoding;
    private final WorkerExecutor catalogCalls;
    private final RemoteConfig config;
    private final RecorderScript script;
    private final DemoPages demo;

    /**
     * @param store takes the chunks; not closed by this
     * @param catalog says which keys there are; not closed by this
     * @param assets the folder with {@code recorder.js} and {@code demo/}
     */
    public RecorderApi(
            Vertx vertx,
            RecorderSettings settings,
            ChunkAppender store,
            AdminCatalog catalog,
            Assets assets,
            ForwardedHeaders forwarded,
            MeterRegistry meters) {
        this.settings = settings;
        this.decoding = vertx.createSharedWorkerExecutor("tapedeck-ingest", settings.workers());
        this.catalogCalls = vertx.createSharedWorkerExecutor(
                "tapedeck-ingest-catalog", CATALOG_THREADS, CATALOG_CALL_S_MAX, TimeUnit.SECONDS);
        Authoriser authoriser = new Authoriser(
                vertx,
                new WriteKeys(catalog, this::callCatalog, Ticker.systemTicker()),
                new KeyRates(settings.keyRequestsPerSecond(), settings.keyBurst(), Ticker.systemTicker()),
                forwarded);
        this.admission = new Admission(settings.requestsInFlightMax(), settings.inFlightBytesMax(), meters);
        IngestMetrics metrics = new IngestMetrics(meters);
        BodyIntake intake = new BodyIntake(vertx, settings, decoding, metrics);
        for (Dialect dialect : Dialects.all(assets, settings.scanLimits())) {
            for (Endpoint endpoint : dialect.endpoints()) {
                IngestHandler handler = new IngestHandler(
                        vertx,
                        settings,
                        dialect.name(),
                        endpoint,
                        authoriser,
                        admission,
                        intake,
                        store,
                        metrics,
                        Clock.systemUTC());
                ingest.add(new Mounted(dialect.name(), endpoint.paths(), Set.of(HttpMethod.POST), handler));
            }
            for (Inquiry inquiry : dialect.inquiries()) {
                InquiryHandler handler = new InquiryHandler(vertx, inquiry, authoriser, admission, intake, forwarded);
                inquiries.add(new Mounted(dialect.name(), inquiry.paths(), inquiry.methods(), handler));
            }
        }
        this.config = new RemoteConfig(settings, authoriser, forwarded);
        this.script = new RecorderScript(assets);
        this.demo = new DemoPages(assets, catalog, catalogCalls, forwarded);
    }

    /** Puts the gateway's routes on a router. */
    public void mount(Router router) {
        List<String> prefixes = new ArrayList<>(settings.ingestPaths());
        prefixes.add("");
        for (String prefix : prefixes) {
            mountIngest(router, prefix);
            mountScript(router, prefix);
        }
        if (settings.demo()) {
            for (String path : List.of("/demo", "/demo/*")) {
                getOrHead(router, path)
                        .handler(RequestLog.route("demo"))
                        .handler(this::admit)
                        .handler(demo);
            }
        }
    }

    /** Stops the threads; uploads being worked on end as failed. */
    @Override
    public void close() {
        decoding.close();
        catalogCalls.close();
    }

    private void mountIngest(Router router, String prefix) {
        Cors cors = new Cors();
        router.route(prefix + "/ingest/v1/config")
                .handler(RequestLog.route("ingest.config"))
                .handler(cors);
        router.get(prefix + "/ingest/v1/config").handler(this::admit).handler(config);
        ingest.forEach(one -> one.mount(router, prefix, "ingest.", cors));
        inquiries.forEach(one -> one.mount(router, prefix, "inquiry.", cors));
    }

    private void mountScript(Router router, String prefix) {
        getOrHead(router, prefix + "/recorder.js")
                .handler(RequestLog.route("recorder.js"))
                .handler(script::serveLatest);
        getOrHead(router, prefix + "/recorder/:file")
                .handler(RequestLog.route("recorder.js"))
                .handler(script::servePinned);
    }

    private static Route getOrHead(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    /** Counts a request that asks the catalog among those in flight, which bounds the calls that wait for it. */
    private void admit(RoutingContext ctx) {
        Admission.Ticket ticket = admission.enter();
        ctx.addEndHandler(ended -> ticket.close());
        ctx.next();
    }

    private void callCatalog(Runnable call) {
        catalogCalls.executeBlocking(
                () -> {
                    call.run();
                    return null;
                },
                false);
    }

    /**
     * What a dialect answers to.
     *
     * @param dialect its name
     */
    private record Mounted(
            String dialect, List<String> paths, Set<HttpMethod> methods, Handler<RoutingContext> handler) {
        void mount(Router router, String prefix, String kind, Cors cors) {
            for (String path : paths) {
                router.route(prefix + path)
                        .handler(RequestLog.route(kind + dialect))
                        .handler(cors);
                Route route = router.route(prefix + path);
                methods.forEach(route::method);
                route.handler(handler);
            }
        }
    }
}
