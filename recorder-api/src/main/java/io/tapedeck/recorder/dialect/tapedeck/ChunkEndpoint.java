package io.tapedeck.recorder.dialect.tapedeck;

import io.tapedeck.http.Problem;
import io.tapedeck.http.Problems;
import io.tapedeck.recorder.dialect.Endpoint;
import io.tapedeck.recorder.dialect.JsonAnswer;
import io.tapedeck.recorder.dialect.QueryKey;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.recorder.inflate.Unpacker;
import io.tapedeck.store.event.ScanLimits;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;

/** Where chunks are posted: the key in the query, one chunk a body, problems as they are. */
final class ChunkEndpoint implements Endpoint {
    private final ThreadLocal<EnvelopeReader> reader;

    ChunkEndpoint(ScanLimits limits) {
        this.reader = ThreadLocal.withInitial(() -> new EnvelopeReader(limits));
    }

    @Override
    public List<String> paths() {
        return List.of("/ingest/v1/chunks");
    }

    @Override
    public String identify(RequestHead head) {
        return QueryKey.of(head.query());
    }

    @Override
    public Decoded decode(RequestHead head, ByteBuffer body, Unpacker unpacker) {
        return new Decoded(null, List.of(reader.get().read(body)));
    }

    @Override
    public void acknowledge(RoutingContext ctx) {
        JsonAnswer.end(ctx, JsonAnswer.OK);
    }

    @Override
    public void refuse(RoutingContext ctx, Problem problem) {
        Problems.answer(ctx, problem);
    }
}
