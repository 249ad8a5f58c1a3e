package io.tapedeck.playback;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.tapedeck.http.Asset;
import io.tapedeck.http.Assets;
import io.tapedeck.http.BaseUrl;
import io.tapedeck.http.ForwardedHeaders;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.RequestLog;
import io.tapedeck.http.SecurityHeaders;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The web app's files, and its one page for every address below {@code /app/} that is not a file. Thread-safe.
 *
 * <p>The page is served with a {@code <base>} of the path under which this server is seen, so that the same build works
 * under any prefix. Its policy allows nothing from elsewhere: what a recording refers to is not fetched from the site.
 */
final class AppPages {
    /** In force for the page and for all frames in it that have no address of their own, such as the replay's. */
    static final String CONTENT_SECURITY_POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data: blob:",
            "media-src data: blob:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self' blob:",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
            "object-src 'none'");

    private static final String INDEX = "index.html";
    private static final String IMMUTABLE = "public, max-age=31536000, immutable";
    private static final String NO_CACHE = "no-cache";
    /** The build puts files with a hash in their names here. */
    private static final String HASHED = "assets/";
    /** What the router gives as the rest of {@code /app}, which it takes for {@code /app/}. */
    private static final String SLASH_IS_MISSING = "/";
    /** Prefixes come from the configuration or from trusted proxies: there are few. */
    private static final int PREFIXES_MAX = 16;

    private static final Pattern BASE = Pattern.compile("<base\\s+href=\"[^\"]*\"");

    private final Assets assets;
    private final ForwardedHeaders forwarded;
    private final LoadingCache<String, Optional<Asset>> indexByPrefix =
            Caffeine.newBuilder().maximumSize(PREFIXES_MAX).build(this::index);

    AppPages(Assets assets, ForwardedHeaders forwarded) {
        this.assets = assets;
        this.forwarded = forwarded;
    }

    void mount(Router router) {
        read(router.route("/")).handler(RequestLog.route("root")).handler(this::redirect);
        read(router.route("/app/*")).handler(RequestLog.route("app")).handler(this::serve);
    }

    private static Route read(Route route) {
        return route.method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    /** Relative where no prefix is known: a proxy that hides one from us still leads people to the right place. */
    private void redirect(RoutingContext ctx) {
        BaseUrl base = forwarded.base(ctx.request());
        String location = base.prefix().isEmpty() ? "app/" : base.prefix() + "/app/";
        ctx.response()
                .setStatusCode(302)
                .putHeader(HttpHeaders.LOCATION, location)
                .putHeader(HttpHeaders.CACHE_CONTROL, NO_CACHE)
                .end();
    }

    private void serve(RoutingContext ctx) {
        String path = ctx.pathParam("*");
        if (path.equals(SLASH_IS_MISSING)) {
            redirect(ctx);
            return;
        }
        Optional<Asset> file = path.isEmpty() || path.equals(INDEX) ? Optional.empty() : assets.find(path);
        if (file.isPresent()) {
            setPolicy(ctx.response());
            Assets.serve(ctx, file.get(), path.startsWith(HASHED) ? IMMUTABLE : NO_CACHE);
            return;
        }
        Optional<Asset> page =
                isPage(path) ? indexByPrefix.get(forwarded.base(ctx.request()).prefix()) : Optional.empty();
        if (page.isEmpty()) {
            ctx.fail(Problem.of(ProblemCode.NOT_FOUND, null).asException());
            return;
        }
        setPolicy(ctx.response());
        Assets.serve(ctx, page.get(), NO_CACHE);
    }

    private static boolean isPage(String path) {
        return path.equals(INDEX) || path.indexOf('.', path.lastIndexOf('/') + 1) < 0;
    }

    private static void setPolicy(HttpServerResponse response) {
        response.putHeader(SecurityHeaders.CSP, CONTENT_SECURITY_POLICY);
        response.putHeader("X-Frame-Options", "SAMEORIGIN");
    }

    private Optional<Asset> index(String prefix) {
        return assets.find(INDEX).map(asset -> {
            String html = asset.content().toString(StandardCharsets.UTF_8);
            String base = "<base href=\"" + Html.attribute(prefix) + "/app/\"";
            String page = BASE.matcher(html).replaceFirst(Matcher.quoteReplacement(base));
            return Asset.of(INDEX, page.getBytes(StandardCharsets.UTF_8));
        });
    }
}
