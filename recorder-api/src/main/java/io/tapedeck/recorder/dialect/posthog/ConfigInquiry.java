package io.tapedeck.recorder.dialect.posthog;

import com.fasterxml.jackson.databind.node.TextNode;
import io.tapedeck.http.BaseUrl;
import io.tapedeck.recorder.dialect.Inquiry;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.store.AdminCatalog.Project;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** The configuration that the SDK asks for first: as a script and, where it got none, as JSON. */
final class ConfigInquiry implements Inquiry {
    private final boolean isScript;

    ConfigInquiry(boolean isScript) {
        this.isScript = isScript;
    }

    @Override
    public List<String> paths() {
        return isScript ? List.of("/array/:token/config.js") : List.of("/array/:token/config");
    }

    @Override
    public Set<HttpMethod> methods() {
        return Set.of(HttpMethod.GET);
    }

    @Override
    public String identify(RequestHead head, ByteBuffer body) {
        return head.path().get("token");
    }

    @Override
    public void answer(RoutingContext ctx, RequestHead head, Project project, BaseUrl base) {
        String config = RemoteConfigJson.of(project.settings()).toString();
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, isScript ? "text/javascript; charset=utf-8" : "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(isScript ? script(head.path().get("token"), config) : config);
    }

    private static String script(String token, String config) {
        return "(window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{})["
                + TextNode.valueOf(token)
                + "]={config:"
                + config
                + ",siteApps:[]};";
    }
}
