package io.tapedeck.recorder.dialect.posthog;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
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
 * Where captures are posted. The client takes 200 alone for done; it sends again after 5xx and drops what 4xx answers,
 * 429 and 408 too: trouble that passes is always a 5xx to it.
 */
final class CaptureEndpoint implements Endpoint {
    private static final Buffer DONE = Buffer.buffer("{\"status\":1}");

    private final List<String> paths;
    private final boolean isPacked;

    /** @param isPacked whether recordings come here */
    CaptureEndpoint(boolean isPacked, List<String> paths) {
        this.isPacked = isPacked;
        this.paths = paths;
    }

    @Override
    public List<String> paths() {
        return paths;
    }

    @Override
    public String identify(RequestHead head) {
        return null;
    }

    @Override
    public boolean isPacked() {
        return isPacked;
    }

    @Override
    public Decoded decode(RequestHead head, ByteBuffer body, Unpacker unpacker) {
        if ("lz64".equals(head.query().get("compression"))) {
            // Of browsers long gone.
            throw Problem.of(ProblemCode.UNSUPPORTED_ENCODING, "compression=lz64 is not supported")
                    .asException();
        }
        return new CaptureBody(head, PostedJson.of(body, unpacker), unpacker).read();
    }

    @Override
    public void acknowledge(RoutingContext ctx) {
        JsonAnswer.end(ctx, DONE);
    }

    @Override
    public void refuse(RoutingContext ctx, Problem problem) {
        Refusals.answer(ctx, problem);
    }
}
