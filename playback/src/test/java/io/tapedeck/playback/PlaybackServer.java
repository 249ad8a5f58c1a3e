package io.tapedeck.playback;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.http.Assets;
import io.tapedeck.http.BaseUrl;
import io.tapedeck.http.ForwardedHeaders;
import io.tapedeck.http.Problems;
import io.tapedeck.http.RequestId;
import io.tapedeck.http.RequestLog;
import io.tapedeck.http.SecurityHeaders;
import io.tapedeck.http.TrustedProxies;
import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Principal;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.AdminCatalog.WriteKey;
import io.tapedeck.store.Catalog.CatalogTotals;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.RetentionCatalog;
import io.tapedeck.store.SessionReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Playback over a store and a catalog, on a port of its own, and a client for it. */
final class PlaybackServer implements AutoCloseable {
    static final String ADMIN_TOKEN = "admin-token";
    static final String VIEWER_TOKEN = "viewer-token";
    static final String PASSWORD = "correct horse";
    static final String SESSIONS = "/api/v1/projects/default/sessions";
    static final String KNOWN = SESSIONS + "/known-1";

    private static final String PASSWORD_HASH = new PasswordHasher().hash(PASSWORD);

    final FakeAdmin admin = new FakeAdmin();
    final FakeProjects projects = new FakeProjects(admin);
    final FakePeople people = new FakePeople(admin, projects);
    final FakeRetention retention = new FakeRetention(admin);
    final FakeErasures erasures = new FakeErasures(admin);
    final FakeShares shares = new FakeShares(admin, projects);
    final FakeNotes notes = new FakeNotes(admin, projects);
    final FakeViews views = new FakeViews(admin);
    final FakeReader reader = new FakeReader();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Vertx vertx = Vertx.vertx();
    /** What playback is mounted on. */
    final Router app = Router.router(vertx);

    final int port;
    final PlaybackApi api;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    PlaybackServer() {
        this(PlaybackSettings.DEFAULT, null);
    }

    PlaybackServer(PlaybackSettings settings, String publicUrl) {
        this(settings, publicUrl, null, null);
    }

    /**
     * @param otherReader in place of {@link #reader}, or null
     * @param otherSeams in place of {@link #seams()}, or null
     */
    PlaybackServer(PlaybackSettings settings, String publicUrl, SessionReader otherReader, AdminSeams otherSeams) {
        admin.accounts.put("admin", new Account("admin", Role.ADMIN, PASSWORD_HASH));
        admin.accounts.put("viv", new Account("viv", Role.VIEWER, PASSWORD_HASH));
        admin.tokens.put(Secrets.hash(ADMIN_TOKEN), new Principal("admin", Role.ADMIN));
        admin.tokens.put(Secrets.hash(VIEWER_TOKEN), new Principal("viv", Role.VIEWER));
        admin.keys.add(new WriteKey("pk_abc", "default", Samples.START));
        reader.manifests.put(Samples.KNOWN, Samples.manifest(Samples.known()));
        reader.manifests.put(Samples.UNKNOWN, Samples.manifest(Samples.unknown()));
        reader.tracks.put(Samples.KNOWN, Samples.markers());
        ForwardedHeaders forwarded = new ForwardedHeaders(
                publicUrl == null ? null : BaseUrl.parse(publicUrl), TrustedProxies.parse(List.of("127.0.0.1")));
        api = new PlaybackApi(
                vertx,
                otherReader == null ? reader : otherReader,
                otherSeams == null ? seams() : otherSeams,
                forwarded,
                settings,
                Clock.systemUTC(),
                meters,
                Assets.load(PlaybackServer.class.getClassLoader(), "tapedeck/web/app"));
        Problems.install(app);
        api.mount(app);
        Router router = Router.router(vertx);
        Problems.install(router);
        router.route().handler(new RequestId()).handler(new SecurityHeaders()).handler(new RequestLog(meters));
        if (publicUrl != null) {
            router.route(BaseUrl.parse(publicUrl).prefix() + "/*").subRouter(app);
        }
        router.route("/*").subRouter(app);
        port = await(vertx.createHttpServer(new HttpServerOptions().setMaxInitialLineLength(64 * 1024))
                        .requestHandler(router)
                        .listen(0, "127.0.0.1"))
                .actualPort();
    }

    private AdminSeams seams() {
        return new AdminSeams(
                admin,
                admin::principalOfToken,
                projects,
                people,
                Partly.as(RetentionCatalog.class, retention),
                Partly.as(ErasureCatalog.class, erasures),
                shares,
                notes,
                views,
                () -> new CatalogTotals(20, 4, 5, 16, 7),
                () -> 8_192L,
                () -> {});
    }

    /** A request of an admin with a token, with a JSON body unless that is null. */
    HttpResponse<byte[]> admin(String method, String path, String body) throws IOException, InterruptedException {
        String[] headers = with(new String[0], "Authorization", "Bearer " + ADMIN_TOKEN);
        return send(method, path, body, body == null ? headers : with(headers, "Content-Type", "application/json"));
    }

    /** A request as somebody with a token. */
    HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, null, with(headers, "Authorization", "Bearer " + ADMIN_TOKEN));
    }

    /** A request as nobody, unless the headers say otherwise. */
    HttpResponse<byte[]> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        return client.send(request(method, path, body, headers), HttpResponse.BodyHandlers.ofByteArray());
    }

    <T> HttpResponse<T> get(String path, HttpResponse.BodyHandler<T> handler, String... headers)
            throws IOException, InterruptedException {
        return client.send(
                request("GET", path, null, with(headers, "Authorization", "Bearer " + ADMIN_TOKEN)), handler);
    }

    HttpResponse<byte[]> login(String name, String password, String... headers)
            throws IOException, InterruptedException {
        String body = "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, password);
        return send("POST", "/api/v1/login", body, with(headers, "Content-Type", "application/json"));
    }

    /** Follows a session with a token. */
    LiveClient follow(String path, String... headers) throws IOException, InterruptedException {
        return follow(HttpClient.Version.HTTP_1_1, path, with(headers, "Authorization", "Bearer " + ADMIN_TOKEN));
    }

    LiveClient follow(HttpClient.Version version, String path, String... headers)
            throws IOException, InterruptedException {
        HttpClient own = HttpClient.newBuilder().version(version).build();
        return LiveClient.of(own.send(request("GET", path, null, headers), HttpResponse.BodyHandlers.ofInputStream()));
    }

    /** A bare connection, for what a client library would not do. */
    Socket socket() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private HttpRequest request(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        return headers.length == 0 ? request.build() : request.headers(headers).build();
    }

    private static String[] with(String[] headers, String name, String value) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = name;
        all[headers.length + 1] = value;
        return all;
    }

    @Override
    public void close() {
        api.close();
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
