package io.tapedeck.recorder;

import io.tapedeck.http.Asset;
import io.tapedeck.http.Assets;
import io.tapedeck.http.ForwardedHeaders;
import io.tapedeck.http.SecurityHeaders;
import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.AdminCatalog.WriteKey;
import io.vertx.core.Handler;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The page that records itself, with the snippet of the first project's first key filled in. What it loads it loads from
 * here. Thread-safe.
 */
final class DemoPages implements Handler<RoutingContext> {
    private static final String FOLDER = "demo/";
    private static final String SNIPPET_PLACE = "<!--tapedeck-snippet-->";
    private static final String BASE_PLACE = "__BASE__";
    private static final String CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            + "font-src 'self'; connect-src 'self'; worker-src blob:; form-action 'self'; base-uri 'none'; "
            + "frame-ancestors 'none'";

    private final Assets assets;
    private final AdminCatalog catalog;
    private final WorkerExecutor blocking;
    private final ForwardedHeaders forwarded;

    DemoPages(Assets assets, AdminCatalog catalog, WorkerExecutor blocking, ForwardedHeaders forwarded) {
        this.assets = assets;
        this.catalog = catalog;
        this.blocking = blocking;
        this.forwarded = forwarded;
    }

    @Override
    public void handle(RoutingContext ctx) {
        String file = ctx.pathParam("*");
        String path = FOLDER + (file == null || file.isEmpty() ? "index.html" : file);
        Optional<Asset> asset = assets.find(path);
        if (asset.isEmpty()) {
            ctx.fail(404);
        } else if (path.endsWith(".html")) {
            servePage(ctx, asset.get());
        } else {
            Assets.serve(ctx, asset.get(), "public, max-age=300");
        }
    }

    private void servePage(RoutingContext ctx, Asset page) {
        blocking.executeBlocking(() -> catalog.writeKeys(AdminCatalog.DEFAULT_PROJECT), false)
                .onSuccess(keys -> ctx.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                        .putHeader(SecurityHeaders.CSP, CSP)
                        .end(fill(page, keys, forwarded.base(ctx.request()).prefix())))
                .onFailure(ctx::fail);
    }

    /** Keys and prefixes have no characters that mean something in HTML. */
    private static String fill(Asset page, List<WriteKey> keys, String prefix) {
        String snippet = keys.isEmpty()
                ? ""
                : "<script async src=\"" + prefix + "/recorder.js\" data-key=\""
                        + keys.get(0).key() + "\"></script>";
        return page.content()
                .toString(StandardCharsets.UTF_8)
                .replace(SNIPPET_PLACE, snippet)
                .replace(BASE_PLACE, prefix);
    }
}
