package io.tapedeck.recorder.dialect.posthog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.http.BaseUrl;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.recorder.dialect.Inquiry;
import io.tapedeck.recorder.dialect.JsonAnswer;
import io.tapedeck.recorder.dialect.PostedJson;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.recorder.inflate.MemoryBudget;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.MalformedEventsException;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Feature flags, of which there are none, and with them, for versions that take it from there, the configuration. */
final class FlagsInquiry implements Inquiry {
    private static final int BODY_BYTES_MAX = 1 << 20;
    private static final int DEPTH_MAX = 100;
    /** Copies of so small a body need no counting. */
    private static final MemoryBudget SMALL = new MemoryBudget() {
        @Override
        public void reserve(long bytes) {}

        @Override
        public void release(long bytes) {}
    };

    private static final int TOKEN_CHARS_MAX = 200;

    @Override
    public List<String> paths() {
        return List.of("/flags", "/flags/", "/decide", "/decide/");
    }

    @Override
    public Set<HttpMethod> methods() {
        return Set.of(HttpMethod.POST);
    }

    @Override
    public String identify(RequestHead head, ByteBuffer body) {
        if (body.remaining() > BODY_BYTES_MAX) {
            throw Problem.of(ProblemCode.TOO_LARGE, "the request for flags is too large")
                    .asException();
        }
        String token = token(PostedJson.of(body, SMALL));
        if (token == null) {
            throw Problem.of(ProblemCode.UNAUTHENTICATED, "the body has no token")
                    .asException();
        }
        return token;
    }

    @Override
    public void answer(RoutingContext ctx, RequestHead head, Project project, BaseUrl base) {
        ObjectNode flags = RemoteConfigJson.of(project.settings());
        flags.putObject("config").put("enable_collect_everything", false);
        flags.putObject("flags");
        flags.putObject("featureFlags");
        flags.putObject("featureFlagPayloads");
        flags.put("errorsWhileComputingFlags", false);
        flags.put("requestId", UUID.randomUUID().toString());
        JsonAnswer.end(ctx, flags.toString());
    }

    private static String token(ByteBuffer body) {
        int from = body.arrayOffset() + body.position();
        String token = null;
        try {
            JsonScanner json = new JsonScanner(DEPTH_MAX).reset(body.array(), from, from + body.remaining());
            json.beginObject();
            while (json.nextMember()) {
                if (json.nameIs("token") || json.nameIs("api_key")) {
                    token = Texts.orNull(json, TOKEN_CHARS_MAX);
                } else {
                    json.skipValue();
                }
            }
            json.end();
        } catch (MalformedEventsException e) {
            throw Problem.of(ProblemCode.MALFORMED, "the body: " + e.getMessage())
                    .asException();
        }
        return token;
    }
}
