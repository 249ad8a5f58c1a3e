package io.tapedeck.recorder.dialect.mixpanel;

import io.tapedeck.http.BaseUrl;
import io.tapedeck.recorder.dialect.Inquiry;
import io.tapedeck.recorder.dialect.JsonAnswer;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.store.AdminCatalog.Project;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** Feature flags, of which there are none: without an answer the SDK would report an error to the site. */
final class FlagsInquiry implements Inquiry {
    private static final Buffer NONE = Buffer.buffer("{\"flags\":{}}");

    @Override
    public List<String> paths() {
        return List.of("/flags");
    }

    @Override
    public Set<HttpMethod> methods() {
        return Set.of(HttpMethod.GET);
    }

    @Override
    public boolean isAskedBy(RequestHead head) {
        return head.query().contains("mp_lib");
    }

    @Override
    public String identify(RequestHead head, ByteBuffer body) {
        return null;
    }

    @Override
    public void answer(RoutingContext ctx, RequestHead head, Project project, BaseUrl base) {
        JsonAnswer.end(ctx, NONE);
    }
}
