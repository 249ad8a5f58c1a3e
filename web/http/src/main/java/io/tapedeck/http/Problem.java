package io.tapedeck.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;

/**
 * A refusal or failure as HTTP tells it: the body of an {@code application/problem+json} answer. Immutable.
 *
 * @param code what kind
 * @param detail one sentence for the reader of the answer, or null; never recorded content, secrets or internals
 * @param retryAfterS when to try again, in seconds, or {@link #NO_RETRY}
 */
public record Problem(ProblemCode code, String detail, int retryAfterS) {
    /** The answer says nothing about trying again. */
    public static final int NO_RETRY = 0;

    /** The media type of the answer. */
    public static final String CONTENT_TYPE = "application/problem+json";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    public Problem {
        Objects.requireNonNull(code);
    }

    public static Problem of(ProblemCode code, String detail) {
        return new Problem(code, detail, NO_RETRY);
    }

    /** What a request is refused with that is not as it must be. */
    public static ProblemException malformed(String detail) {
        return of(ProblemCode.MALFORMED, detail).asException();
    }

    public Problem withRetryAfter(int seconds) {
        return new Problem(code, detail, seconds);
    }

    /** This problem, to be thrown or to fail a future with. */
    public ProblemException asException() {
        return new ProblemException(this);
    }

    /** The JSON body of an answer in a status, which is the code's own for most clients. */
    Buffer toJson(int status, String requestId) {
        ObjectNode body = MAPPER.createObjectNode()
                .put("code", code.name())
                .put("title", code.title())
                .put("status", status);
        if (detail != null) {
            body.put("detail", detail);
        }
        if (requestId != null) {
            body.put("requestId", requestId);
        }
        try {
            return Buffer.buffer(MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree of strings and numbers can be written", e);
        }
    }
}
