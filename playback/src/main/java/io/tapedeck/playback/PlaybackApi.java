package io.tapedeck.playback;

import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.http.Assets;
import io.tapedeck.http.ForwardedHeaders;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.RequestLog;
import io.tapedeck.playback.Endpoint.Access;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.AdminCatalog.Principal;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.SessionReader;
import io.tapedeck.store.ShareCatalog.Share;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The read side and the admins' side over HTTP: the API under {@code /api/v1}, its OpenAPI document, and the web app under {@code /app/}.
 * Thread-safe; one instance serves any number of routers and event loops. Owns its threads, which {@link #close} ends.
 *
 * <p>The router it is mounted on already has what all routes share: request ids, the access log, security headers, and
 * problems as answers.
 */
public final class PlaybackApi implements AutoCloseable {
    private static final int LOOK_UP_THREADS = 4;
    private static final int LOOK_UP_QUEUE_MAX = 1_000;
    /** Below this it is not worth a thread. */
    private static final int GZIP_BYTES_MIN = 8 * 1024;

    private static final int BODY_BYTES_MAX = 16 * 1024;
    /** The longest retention policy has 50 rules of twice 500 characters, each written as an escape. */
    private static final int ADMIN_BODY_BYTES_MAX = 512 * 1024;

    private final AdminDesk desk;
    private final Workers workers;
    private final Logins logins;
    private final Tidying tidying;
    private final ShareAdmission shareAdmission;
    private final Authenticator authenticator;
    private final Audience audience;
    private final EventEndpoints eventEndpoints;
    private final LiveEndpoints liveEndpoints;
    private final AppPages appPages;
    private final List<Endpoint> endpoints;
    private final OpenApi openApi;
    private final ForwardedHeaders forwarded;

    /** @param webApp the web app's files */
    public PlaybackApi(
            Vertx vertx,
            SessionReader reader,
            AdminSeams seams,
            ForwardedHeaders forwarded,
            PlaybackSettings settings,
            Clock clock,
            MeterRegistry meters,
            Assets webApp) {
        this.forwarded = forwarded;
        AdminCatalog admin = seams.settings();
        this.desk = new AdminDesk(seams, vertx, clock);
        this.workers = new Workers(vertx, "tapedeck-playback", LOOK_UP_THREADS, LOOK_UP_QUEUE_MAX);
        PasswordHasher hasher = new PasswordHasher();
        this.logins = new Logins(vertx, admin, seams.people(), hasher, settings, clock);
        this.tidying = new Tidying(vertx, seams, workers, clock);
        this.shareAdmission = new ShareAdmission(seams.shares(), workers, clock, settings.shareLinks());
        this.authenticator = new Authenticator(admin, seams.tokens(), forwarded, workers, clock);
        this.audience = new Audience(seams.views(), authenticator, clock, meters, vertx);
        this.eventEndpoints = new EventEndpoints(reader, audience, vertx, settings, meters);
        this.liveEndpoints =
                new LiveEndpoints(reader, authenticator, audience, vertx, workers, settings.live(), meters);
        this.appPages = new AppPages(webApp, forwarded);
        List<Endpoint> all = new ArrayList<>();
        all.addAll(new AccountEndpoints(logins, authenticator, forwarded).all());
        all.addAll(new UserEndpoints(desk, authenticator, hasher).all());
        all.addAll(new TokenEndpoints(desk, authenticator).all());
        all.addAll(new ProjectEndpoints(desk, workers).all());
        all.addAll(new KeyEndpoints(desk, forwarded).all());
        all.addAll(new RetentionEndpoints(desk).all());
        all.addAll(new ErasureEndpoints(desk).all());
        all.addAll(new AuditEndpoints(desk).all());
        all.addAll(new StorageEndpoints(desk).all());
        all.addAll(new SessionEndpoints(reader, desk, vertx, workers).all());
        all.addAll(eventEndpoints.all());
        all.addAll(liveEndpoints.all());
        all.addAll(new MarkerEndpoints(reader, vertx, workers).all());
        all.addAll(new NoteEndpoints(desk, workers).all());
        all.addAll(new ShareEndpoints(reader, desk, forwarded, vertx, settings.shareLinks()).all());
        all.addAll(new ViewEndpoints(desk, workers).all());
        all.add(Endpoint.read(
                        "/api/v1/openapi.json",
                        "openapi",
                        "This document.",
                        List.of(),
                        new Answer(200, "The document", "application/json", null, false),
                        this::openApi)
                .without(ProblemCode.NOT_FOUND)
                .without(ProblemCode.UNAVAILABLE)
                .with(Access.PUBLIC));
        this.endpoints = List.copyOf(all);
        this.openApi = new OpenApi(endpoints);
    }

    /** Adds the routes to a router. */
    public void mount(Router router) {
        Map<String, Set<String>> methods = new TreeMap<>();
        for (Endpoint endpoint : endpoints) {
            mount(router, endpoint);
            Set<String> allowed = methods.computeIfAbsent(endpoint.path(), path -> new TreeSet<>());
            allowed.add(endpoint.method().name());
            if (endpoint.method().equals(HttpMethod.GET)) {
                allowed.add("HEAD");
            }
        }
        methods.forEach((path, allowed) -> refuseOtherMethods(router, path, String.join(", ", allowed)));
        appPages.mount(router);
    }

    /** Every operation that {@link #mount} adds. */
    List<Endpoint> endpoints() {
        return endpoints;
    }

    private void mount(Router router, Endpoint endpoint) {
        Route route = route(router, endpoint).handler(RequestLog.route(endpoint.name()));
        if (endpoint.requestSchema() != null) {
            route.handler(RequestBody::refuseOtherTypes);
            int bytesMax = endpoint.access() == Access.ADMIN ? ADMIN_BODY_BYTES_MAX : BODY_BYTES_MAX;
            // On a route of its own, as on each one what reads the body comes first.
            route = route(router, endpoint).handler(BodyHandler.create(false).setBodyLimit(bytesMax));
        }
        route.handler(ctx -> answer(ctx, endpoint));
    }

    private static Route route(Router router, Endpoint endpoint) {
        Route route = router.route(endpoint.method(), routePath(endpoint.path()));
        return endpoint.method().equals(HttpMethod.GET) ? route.method(HttpMethod.HEAD) : route;
    }

    private static void refuseOtherMethods(Router router, String path, String allowed) {
        router.route(routePath(path)).handler(ctx -> {
            ctx.response().putHeader(HttpHeaders.ALLOW, allowed);
            ctx.fail(Problem.of(ProblemCode.METHOD_NOT_ALLOWED, null).asException());
        });
    }

    private static String routePath(String path) {
        return path.replaceAll("\\{(\\w+)}", ":$1");
    }

    private void answer(RoutingContext ctx, Endpoint endpoint) {
        ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        caller(ctx, endpoint.access())
                .compose(caller -> {
                    Arguments arguments = Arguments.read(endpoint.parameters(), ctx::pathParam, ctx.queryParams());
                    return endpoint.action().handle(new Call(ctx, arguments, caller.principal(), caller.share()));
                })
                .compose(reply -> compress(ctx, reply))
                .onSuccess(reply -> send(ctx, reply, endpoint.answer().status()))
                .onFailure(ctx::fail);
    }

    /**
     * @param principal null for nobody in particular
     * @param share null without a link
     */
    private record Caller(Principal principal, Share share) {}

    /** Who calls, if that matters; fails if they may not. */
    private Future<Caller> caller(RoutingContext ctx, Access access) {
        return switch (access) {
            case PUBLIC -> Future.succeededFuture(new Caller(null, null));
            case SHARE ->
                shareAdmission.admit(ctx.pathParam(ShareAdmission.TOKEN.name())).map(share -> new Caller(null, share));
            case VIEWER -> principal(ctx).map(principal -> new Caller(principal, null));
            case ADMIN -> principal(ctx).map(principal -> new Caller(requireAdmin(principal), null));
        };
    }

    private Future<Principal> principal(RoutingContext ctx) {
        return Future.succeededFuture().compose(v -> authenticator.authenticate(ctx.request()));
    }

    private static Principal requireAdmin(Principal principal) {
        if (principal.role() != Role.ADMIN) {
            throw Problem.of(ProblemCode.FORBIDDEN, "for admins only").asException();
        }
        return principal;
    }

    /** Long lists shrink to a tenth. */
    private Future<Reply> compress(RoutingContext ctx, Reply reply) {
        if (!(reply instanceof Reply.Json json) || json.body().length() < GZIP_BYTES_MIN) {
            return Future.succeededFuture(reply);
        }
        ctx.response().putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        if (!ContentCoding.GZIP.isAccepted(ctx.request().headers().getAll(HttpHeaders.ACCEPT_ENCODING))) {
            return Future.succeededFuture(reply);
        }
        return workers.run(() -> Json.gzip(json.body())).map(gzip -> {
            ctx.response().putHeader(HttpHeaders.CONTENT_ENCODING, ContentCoding.GZIP.token());
            return new Reply.Json(gzip);
        });
    }

    private static void send(RoutingContext ctx, Reply reply, int status) {
        HttpServerResponse response = ctx.response();
        if (reply instanceof Reply.Json json) {
            response.setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(json.body());
        } else if (reply instanceof Reply.Empty) {
            response.setStatusCode(status).end();
        }
    }

    /**
     * Ends what would go on for ever: to be called before the server waits for the requests under way. Live streams that
     * are begun later are refused with UNAVAILABLE.
     */
    public void stopStreams() {
        liveEndpoints.close();
    }

    private Future<Reply> openApi(Call call) {
        String prefix = forwarded.base(call.ctx().request()).prefix();
        return Future.succeededFuture(new Reply.Json(openApi.json(prefix)));
    }

    @Override
    public void close() {
        liveEndpoints.close();
        tidying.close();
        logins.close();
        eventEndpoints.close();
        audience.close();
        desk.close();
        workers.close();
    }
}
