package io.tapedeck.recorder.dialect;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemException;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One client's way to upload: where it posts, how it says who it is, what its bodies hold, and which answers it
 * understands. All dialects are listed in {@link Dialects}; the gateway does the rest the same way for each.
 * Implementations are stateless and thread-safe.
 */
public interface Dialect {
    /** Its name in metrics and routes. */
    String name();

    /** The paths that its uploads are posted to. */
    List<String> paths();

    /**
     * The write key that the head carries, so that an upload without a valid one is refused before its body is read.
     *
     * @return null if this dialect has it in the body
     * @throws ProblemException UNAUTHENTICATED if the head should have one
     */
    String identify(RequestHead head);

    /**
     * Takes a decompressed body apart. Called on any thread; may keep parts of {@code body}.
     *
     * @param body array-backed
     * @throws ProblemException MALFORMED, with a detail that names what is wrong and holds nothing of the content
     */
    Decoded decode(RequestHead head, ByteBuffer body);

    /** Answers that everything in the request is durable. */
    void acknowledge(RoutingContext ctx);

    /** Answers with a problem, in the status that makes this client stop or try again as the problem asks. */
    void refuse(RoutingContext ctx, Problem problem);

    /**
     * What a body holds.
     *
     * @param key the write key, or null if the head had it
     * @param uploads what each window says, at least one
     */
    record Decoded(String key, List<Upload> uploads) {}
}
