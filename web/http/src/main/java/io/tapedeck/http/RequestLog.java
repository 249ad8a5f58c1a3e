package io.tapedeck.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log and the request metrics. Neither has addresses of clients, queries, paths (they hold ids) or content:
 * a request is known by the name of its route, given with {@link #route}, and by its request id. Mount it after
 * {@link RequestId}.
 */
public final class RequestLog implements Handler<RoutingContext> {
    private static final Logger LOG = LoggerFactory.getLogger("io.tapedeck.access");

    private static final String ROUTE = RequestLog.class.getName() + ".route";
    private static final String CODE = RequestLog.class.getName() + ".code";

    private final MeterRegistry meters;
    /** As many as there are routes and codes: asking the registry for each request costs more than recording it. */
    private final Map<Outcome, Timer> timers = new ConcurrentHashMap<>();

    private record Outcome(String route, String code) {}

    public RequestLog(MeterRegistry meters) {
        this.meters = meters;
    }

    /** A handler that names the route it is put on. The names are the metrics' labels: a fixed, small set. */
    public static Handler<RoutingContext> route(String name) {
        return ctx -> {
            ctx.put(ROUTE, name);
            ctx.next();
        };
    }

    /** Remembers why the request failed. */
    static void note(RoutingContext ctx, ProblemCode code) {
        ctx.put(CODE, code.name());
    }

    /** The name of the route that a request came to; {@code none} if there is none for it. */
    public static String routeOf(RoutingContext ctx) {
        return ctx.get(ROUTE, "none");
    }

    /**
     * How a request that is over ended: {@code OK}, the code of its problem, or {@code CLIENT_GONE}.
     *
     * @param answered whether the whole answer was sent
     */
    public static String codeOf(RoutingContext ctx, boolean answered) {
        return ctx.get(CODE, answered ? "OK" : "CLIENT_GONE");
    }

    @Override
    public void handle(RoutingContext ctx) {
        long startNs = System.nanoTime();
        ctx.addEndHandler(ended -> finish(ctx, System.nanoTime() - startNs, ended.succeeded()));
        ctx.next();
    }

    private void finish(RoutingContext ctx, long tookNs, boolean answered) {
        String route = routeOf(ctx);
        String code = codeOf(ctx, answered);
        timers.computeIfAbsent(new Outcome(route, code), this::timer).record(tookNs, TimeUnit.NANOSECONDS);
        if (LOG.isDebugEnabled()) {
            log(ctx, route, code, tookNs);
        }
    }

    private Timer timer(Outcome of) {
        return Timer.builder("tapedeck.http.requests")
                .description("Requests by route and outcome")
                .tag("route", of.route())
                .tag("code", of.code())
                .register(meters);
    }

    private static void log(RoutingContext ctx, String route, String code, long tookNs) {
        LOG.atDebug()
                .addKeyValue("method", ctx.request().method())
                .addKeyValue("route", route)
                .addKeyValue("status", ctx.response().getStatusCode())
                .addKeyValue("code", code)
                .addKeyValue("ms", TimeUnit.NANOSECONDS.toMillis(tookNs))
                .addKeyValue("bytes", ctx.response().bytesWritten())
                .addKeyValue("requestId", RequestId.of(ctx))
                .log("request");
    }
}
