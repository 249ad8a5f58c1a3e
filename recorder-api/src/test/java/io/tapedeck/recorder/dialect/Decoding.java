package io.tapedeck.recorder.dialect;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.tapedeck.recorder.dialect.Endpoint.Decoded;
import io.tapedeck.recorder.inflate.BodyInflater;
import io.tapedeck.recorder.inflate.ContentCoding;
import io.tapedeck.recorder.inflate.CountingBudget;
import io.tapedeck.recorder.inflate.InflateLimits;
import io.tapedeck.recorder.inflate.Unpacker;
import io.tapedeck.recorder.inflate.WireBody;
import io.tapedeck.store.Capture;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Gives bodies to endpoints as the gateway does, without one. */
public final class Decoding {
    private static final int BYTES_MAX = 64 << 20;
    private static final BodyInflater INFLATER = new BodyInflater(InflateLimits.upTo(BYTES_MAX));

    private Decoding() {}

    /** A head with the query of an address. */
    public static RequestHead head(String url, String... headers) {
        MultiMap query = MultiMap.caseInsensitiveMultiMap();
        new QueryStringDecoder(url).parameters().forEach(query::add);
        MultiMap head = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < headers.length; i += 2) {
            head.add(headers[i], headers[i + 1]);
        }
        return new RequestHead(Map.of(), query, head);
    }

    public static Decoded decode(Endpoint endpoint, RequestHead head, byte[] body) {
        Unpacker unpacker = new Unpacker(INFLATER, BYTES_MAX, new CountingBudget());
        return endpoint.decode(head, ByteBuffer.wrap(body), unpacker);
    }

    public static Decoded decode(Endpoint endpoint, RequestHead head, String body) {
        return decode(endpoint, head, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Decodes what was captured. */
    public static Decoded decode(Endpoint endpoint, Capture.Request request) {
        RequestHead head = head(request.url());
        request.headers().forEach(header -> head.headers().add(header.name(), header.value()));
        CountingBudget budget = new CountingBudget();
        WireBody body = new WireBody(budget, request.body().remaining());
        body.append(Buffer.buffer(request.bytes()));
        ContentCoding coding = ContentCoding.of(request.header("Content-Encoding"), body);
        ByteBuffer plain = INFLATER.inflate(body, coding, budget);
        return endpoint.decode(head, plain, new Unpacker(INFLATER, BYTES_MAX, budget));
    }

    /** What an upload's events are as text. */
    public static String text(Upload upload) {
        return StandardCharsets.UTF_8.decode(upload.events().duplicate()).toString();
    }
}
