package io.tapedeck.recorder.dialect.sentry;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.Problems;
import io.tapedeck.recorder.dialect.Endpoint;
import io.tapedeck.recorder.dialect.JsonAnswer;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.recorder.inflate.Unpacker;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where envelopes are posted, all kinds of them. The key is in the query, in a header, or, where the SDK is told to use a
 * tunnel, in the envelope's own header.
 *
 * <p>Any answer but a success ends the recording for the page's life, a broken connection is tried again three times,
 * after 5, 10 and 30 seconds. So what may pass is answered by hanging up, and only what is final by a refusal.
 */
final class EnvelopeEndpoint implements Endpoint {
    private static final String KEY = "sentry_key";
    private static final String AUTH_HEADER = "X-Sentry-Auth";
    private static final String AUTH_SCHEME = "sentry ";

    /** What Sentry answers where there is no event's id to repeat; the SDK does not look at it. */
    private static final Buffer OK = Buffer.buffer("{}");

    @Override
    public List<String> paths() {
        return List.of("/api/:project/envelope", "/ingest/v1/sentry");
    }

    @Override
    public String identify(RequestHead head) {
        String key = head.query().get(KEY);
        return key == null || key.isEmpty() ? keyOf(head.headers().get(AUTH_HEADER)) : key;
    }

    /** Recordings are compressed inside of their envelopes. */
    @Override
    public boolean isPacked() {
        return true;
    }

    @Override
    public Decoded decode(RequestHead head, ByteBuffer body, Unpacker unpacker) {
        Envelope envelope = new EnvelopeReader().read(body);
        String key = identify(head) == null ? keyOfTunnelled(envelope.header()) : null;
        List<Upload> uploads = new ArrayList<>();
        Replays.upload(envelope, unpacker).ifPresent(uploads::add);
        for (Envelope.Item item : envelope.of(Envelope.Type.EVENT)) {
            ReportUploads.error(envelope, item).ifPresent(uploads::add);
        }
        for (Envelope.Item item : envelope.of(Envelope.Type.FEEDBACK)) {
            ReportUploads.feedback(envelope, item).ifPresent(uploads::add);
        }
        return new Decoded(key, uploads);
    }

    @Override
    public void acknowledge(RoutingContext ctx) {
        JsonAnswer.end(ctx, OK);
    }

    @Override
    public void refuse(RoutingContext ctx, Problem problem) {
        if (problem.code().isPassing()) {
            Problems.hangUp(ctx, problem);
        } else {
            Problems.answer(ctx, problem);
        }
    }

    private static String keyOfTunnelled(EnvelopeHeader header) {
        if (header.key() == null) {
            throw Problem.of(
                            ProblemCode.UNAUTHENTICATED,
                            "the write key is missing: ?sentry_key=…, X-Sentry-Auth, or the dsn of the envelope")
                    .asException();
        }
        return header.key();
    }

    /** From {@code Sentry sentry_version=7, sentry_key=…, sentry_client=…}; null if it has none. */
    private static String keyOf(String auth) {
        if (auth == null) {
            return null;
        }
        boolean schemed = auth.toLowerCase(Locale.ROOT).startsWith(AUTH_SCHEME);
        String pairs = schemed ? auth.substring(AUTH_SCHEME.length()) : auth;
        for (String pair : pairs.split(",")) {
            String[] sides = pair.strip().split("=", 2);
            if (sides.length == 2 && sides[0].equals(KEY) && !sides[1].isEmpty()) {
                return sides[1];
            }
        }
        return null;
    }
}
