package io.tapedeck.recorder.dialect.mixpanel;

import io.tapedeck.http.Problem;
import io.tapedeck.recorder.dialect.Endpoint;
import io.tapedeck.recorder.dialect.JsonAnswer;
import io.tapedeck.recorder.dialect.Refusals;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.recorder.dialect.Visitor;
import io.tapedeck.recorder.inflate.Unpacker;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.MalformedEventsException;
import io.tapedeck.store.event.ScanLimits;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Where recordings are posted: everything but the events is in the query. A replay is one tab, so it is both the session
 * and its only window.
 *
 * <p>The SDK's {@code seq} is of no use: after an answer it does not like, the next request has the same number and other
 * events, and a request that is tried again may have more events than before. So chunks overlap, and the events tell what
 * is the same.
 */
final class RecordEndpoint implements Endpoint {
    /** The SDK takes nothing but this for success: status 200 and JSON. */
    private static final Buffer OK = Buffer.buffer("{\"code\":200,\"status\":\"OK\"}");

    private static final int DEPTH_MAX = ScanLimits.DEFAULT.depthMax();

    @Override
    public List<String> paths() {
        return List.of("/record");
    }

    @Override
    public String identify(RequestHead head) {
        return BasicToken.of(head);
    }

    @Override
    public Decoded decode(RequestHead head, ByteBuffer body, Unpacker unpacker) {
        MultiMap query = head.query();
        String replay = replay(query.get("replay_id"));
        requireArray(body);
        Upload upload = Upload.of(MixpanelFields.sdk(query.get("$lib_version")), replay, new WindowId(replay))
                .seq(Chunk.OVERLAPPING)
                .person(MixpanelFields.person(query.get("$user_id")))
                .tags(Visitor.tag(BasicToken.of(head), query.get("$device_id")))
                .events(body)
                .build();
        return new Decoded(null, List.of(upload));
    }

    private static String replay(String id) {
        if (id == null) {
            throw Problem.malformed("replay_id is missing");
        }
        if (!SessionKey.isValidId(id)) {
            throw Problem.malformed("replay_id must be " + SessionKey.ID_FORM);
        }
        return id;
    }

    private static void requireArray(ByteBuffer body) {
        int from = body.arrayOffset() + body.position();
        JsonScanner json = new JsonScanner(DEPTH_MAX).reset(body.array(), from, from + body.remaining());
        try {
            if (json.peek() != JsonScanner.Kind.ARRAY) {
                throw Problem.malformed("the body must be a JSON array");
            }
            json.skipValue();
            json.end();
        } catch (MalformedEventsException e) {
            throw Problem.malformed("the body: " + e.getMessage());
        }
    }

    @Override
    public void acknowledge(RoutingContext ctx) {
        JsonAnswer.end(ctx, OK);
    }

    @Override
    public void refuse(RoutingContext ctx, Problem problem) {
        Refusals.answer(ctx, problem);
    }
}
