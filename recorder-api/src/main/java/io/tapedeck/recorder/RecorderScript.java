package io.tapedeck.recorder;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tapedeck.http.Asset;
import io.tapedeck.http.Assets;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The browser script, under its own name (what a snippet asks for, checked anew every few minutes) and under its version
 * (never changes, for pages that pin it by its hash). Thread-safe.
 */
final class RecorderScript {
    private static final String CHECKED_OFTEN = "public, max-age=300";
    private static final String NEVER_CHANGES = "public, max-age=31536000, immutable";

    private final Asset script;
    private final String pinnedName;

    /** @param assets with {@code recorder.js} and, beside it, {@code recorder.json} that says its version */
    RecorderScript(Assets assets) {
        this.script = assets.find("recorder.js").orElse(null);
        this.pinnedName = assets.find("recorder.json")
                .map(facts -> version(facts) + ".js")
                .orElse(null);
    }

    void serveLatest(RoutingContext ctx) {
        serve(ctx, CHECKED_OFTEN);
    }

    void servePinned(RoutingContext ctx) {
        if (ctx.pathParam("file").equals(pinnedName)) {
            serve(ctx, NEVER_CHANGES);
        } else {
            ctx.fail(404);
        }
    }

    /** Scripts are public: any page may load them, and with its hash too. */
    private void serve(RoutingContext ctx, String cacheControl) {
        if (script == null) {
            ctx.fail(404);
            return;
        }
        ctx.response().putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        ctx.response().putHeader("Cross-Origin-Resource-Policy", "cross-origin");
        Assets.serve(ctx, script, cacheControl);
    }

    private static String version(Asset facts) {
        try {
            return new ObjectMapper()
                    .readTree(facts.content().getBytes())
                    .required("version")
                    .asText();
        } catch (IOException e) {
            throw new UncheckedIOException("recorder.json is not JSON", e);
        }
    }
}
