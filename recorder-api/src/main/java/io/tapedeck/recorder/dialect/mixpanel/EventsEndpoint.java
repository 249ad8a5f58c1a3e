package io.tapedeck.recorder.dialect.mixpanel;

import io.tapedeck.http.Problem;
import io.tapedeck.recorder.dialect.Endpoint;
import io.tapedeck.recorder.dialect.JsonAnswer;
import io.tapedeck.recorder.dialect.PostedJson;
import io.tapedeck.recorder.dialect.Refusals;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.recorder.inflate.Unpacker;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Where analytics events and profiles are posted. What names a replay is taken, as markers and as the person recorded;
 * anything else is acknowledged and forgotten.
 */
final class EventsEndpoint implements Endpoint {
    private static final Buffer OK = Buffer.buffer("{\"status\":1,\"error\":null}");
    /** For a request that does not ask for more. */
    private static final Buffer OK_TERSE = Buffer.buffer("1");

    @Override
    public List<String> paths() {
        return List.of("/track", "/engage", "/groups");
    }

    /** The token is in the events. */
    @Override
    public String identify(RequestHead head) {
        return null;
    }

    @Override
    public Decoded decode(RequestHead head, ByteBuffer body, Unpacker unpacker) {
        return new EventBatch(unpacker).read(PostedJson.of(body, unpacker));
    }

    @Override
    public void acknowledge(RoutingContext ctx) {
        JsonAnswer.end(ctx, "1".equals(ctx.queryParams().get("verbose")) ? OK : OK_TERSE);
    }

    @Override
    public void refuse(RoutingContext ctx, Problem problem) {
        Refusals.answer(ctx, problem);
    }
}
