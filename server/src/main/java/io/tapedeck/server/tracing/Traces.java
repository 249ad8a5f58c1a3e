package io.tapedeck.server.tracing;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.tapedeck.store.Catalogs;
import io.tapedeck.store.ChunkStore;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.WorkTracer;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Traces of this process: what is to be followed is wrapped here, and spans go to a collector as OTLP over HTTP. Make it
 * before the {@code Vertx} that serves the requests. Thread-safe.
 *
 * <p>What spans say is held to the same rule as the access log: a request is known by its route's name and its request id.
 * No span has a path, a query, an address, an id of a project, session or user, or content; of a failure it has the kind,
 * never the message.
 */
public final class Traces implements AutoCloseable {
    private static final String SERVICE = "tapedeck";
    private static final String TRACES_PATH = "/v1/traces";
    private static final Duration EXPORT_MAX = Duration.ofSeconds(5);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

    /** What the SDK says of exports is said by {@link SpanOutlet}, in this process's log. Held, or its level would be lost. */
    private static final Logger SDK_LOG = Logger.getLogger("io.opentelemetry");

    private final double ratio;
    private final SpanOutlet outlet;
    private final Spans spans;
    private final RequestSpans requests;
    /** Null until {@link #start}. */
    private SdkTracerProvider provider;

    private Traces(SpanExporter exporter, double ratio, MeterRegistry meters) {
        this.ratio = ratio;
        this.outlet = new SpanOutlet(exporter, meters);
        this.spans = new Spans(meters);
        this.requests = new RequestSpans(spans);
    }

    /**
     * @param endpoint the collector's address; {@code /v1/traces} is added to it
     * @param headers for the collector alone; they may be secrets and are in no log
     * @param ratio share of requests and pieces of work that are recorded, 0 to 1
     */
    public static Traces to(URI endpoint, Map<String, String> headers, double ratio, MeterRegistry meters) {
        SDK_LOG.setLevel(Level.OFF);
        SpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setHeaders(() -> headers)
                .setEndpoint(tracesUrl(endpoint.toString()))
                .setTimeout(EXPORT_MAX)
                .setConnectTimeout(EXPORT_MAX)
                .setRetryPolicy(null)
                .setMeterProvider(MeterProvider.noop())
                .build();
        return new Traces(exporter, ratio, meters);
    }

    private static String tracesUrl(String endpoint) {
        String base = endpoint.replaceAll("/+$", "");
        return base.endsWith(TRACES_PATH) ? base : base + TRACES_PATH;
    }

    /**
     * Begins to record: before, nothing is.
     *
     * @param node tells the processes of an installation apart; null if this process is none
     */
    public synchronized void start(String version, String node) {
        AttributesBuilder process =
                Attributes.builder().put("service.name", SERVICE).put("service.version", version);
        if (node != null) {
            process.put("service.instance.id", node);
        }
        provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault().merge(Resource.create(process.build())))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(ratio)))
                .addSpanProcessor(outlet.processor())
                .build();
        spans.recordWith(provider.get(SERVICE));
    }

    /** For the first handler of a router: makes a span of each request. The trace begins here, whatever the request says. */
    public Handler<RoutingContext> ofAnybody() {
        return requests::begin;
    }

    /**
     * For requests of callers whose trace may go on here: of those that they sampled the ratio's share is recorded, as part of
     * their traces. After {@link #ofAnybody}.
     */
    public Handler<RoutingContext> ofCallers() {
        return requests::goOn;
    }

    /** Follows what the store does on its own account. */
    public WorkTracer work() {
        return spans;
    }

    public ObjectStore follow(ObjectStore objects) {
        return new TracedObjectStore(objects, spans);
    }

    public Catalogs follow(Catalogs catalogs) {
        return catalogs.with(TracedCatalog.of(catalogs.catalog(), spans));
    }

    public TracedStore follow(ChunkStore store) {
        return new TracedStore(store, store, spans);
    }

    /** Exports what waits, for a few seconds at most, and ends. */
    @Override
    public synchronized void close() {
        if (provider != null) {
            provider.shutdown().join(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } else {
            outlet.processor().shutdown().join(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
