package io.tapedeck.recorder.dialect.posthog;

import io.tapedeck.recorder.dialect.Endpoint.Decoded;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.recorder.inflate.BodyInflater;
import io.tapedeck.recorder.inflate.CountingBudget;
import io.tapedeck.recorder.inflate.InflateLimits;
import io.tapedeck.recorder.inflate.Unpacker;
import io.vertx.core.MultiMap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Bodies as the gateway hands them to the dialect. */
final class Bodies {
    private static final int UNPACKED_MAX = 8 << 20;

    private final CountingBudget budget = new CountingBudget();
    private final BodyInflater inflater = new BodyInflater(InflateLimits.upTo(UNPACKED_MAX));
    private final CaptureEndpoint endpoint = new CaptureEndpoint(true, List.of("/s/"));

    CountingBudget budget() {
        return budget;
    }

    Decoded decode(String json) {
        return decode("", json.getBytes(StandardCharsets.UTF_8));
    }

    /** Decodes a body that the gateway has decompressed if it is gzip. */
    Decoded decode(String query, byte[] body) {
        byte[] plain = body.length > 1 && body[0] == 0x1f ? gunzip(body) : body;
        // Not at the array's beginning, so that offsets are heeded.
        ByteBuffer shifted = ByteBuffer.allocate(plain.length + 3).put(3, plain).position(3);
        try (Unpacker unpacker = new Unpacker(inflater, UNPACKED_MAX, budget)) {
            return endpoint.decode(head(query), shifted.slice(), unpacker);
        }
    }

    static RequestHead head(String query) {
        MultiMap parameters = MultiMap.caseInsensitiveMultiMap();
        for (String parameter : query.split("&")) {
            int equals = parameter.indexOf('=');
            if (equals > 0) {
                parameters.add(parameter.substring(0, equals), parameter.substring(equals + 1));
            }
        }
        return new RequestHead(Map.of(), parameters, MultiMap.caseInsensitiveMultiMap());
    }

    static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** One character a byte. */
    static String packed(String json) {
        return new String(gzip(json.getBytes(StandardCharsets.UTF_8)), StandardCharsets.ISO_8859_1);
    }

    private static byte[] gunzip(byte[] bytes) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
