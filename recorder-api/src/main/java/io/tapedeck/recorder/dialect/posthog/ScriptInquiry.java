package io.tapedeck.recorder.dialect.posthog;

import io.tapedeck.http.Asset;
import io.tapedeck.http.Assets;
import io.tapedeck.http.BaseUrl;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.Problems;
import io.tapedeck.recorder.dialect.Inquiry;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.store.AdminCatalog.Project;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The SDK's own scripts: the one that a page's snippet loads, and those that it loads in turn. There is one version of
 * them, whichever is asked for, which works with other versions of the module too.
 */
final class ScriptInquiry implements Inquiry {
    private static final String FOLDER = "sdk/posthog/";
    private static final String SNIPPET = "array.js";
    /** Addresses name a version or none, and get what is there now. */
    private static final String CHECKED_OFTEN = "public, max-age=300";

    private final Assets assets;

    ScriptInquiry(Assets assets) {
        this.assets = assets;
    }

    @Override
    public List<String> paths() {
        return List.of("/static/:file", "/static/:version/:file", "/array/:token/array.js");
    }

    @Override
    public Set<HttpMethod> methods() {
        return Set.of(HttpMethod.GET, HttpMethod.HEAD);
    }

    @Override
    public String identify(RequestHead head, ByteBuffer body) {
        return null;
    }

    @Override
    public void answer(RoutingContext ctx, RequestHead head, Project project, BaseUrl base) {
        Optional<Asset> script = assets.find(FOLDER + head.path().getOrDefault("file", SNIPPET));
        if (script.isPresent()) {
            Assets.serve(ctx, script.get(), CHECKED_OFTEN);
        } else {
            Problems.answer(ctx, Problem.of(ProblemCode.NOT_FOUND, "there is no such script"));
        }
    }
}
