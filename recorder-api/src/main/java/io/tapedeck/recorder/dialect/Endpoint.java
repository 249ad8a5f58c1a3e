package io.tapedeck.recorder.dialect;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.inflate.Unpacker;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One kind of upload: where it is posted to, how it says who it is, what its bodies hold, and which answers its client
 * understands. Stateless and thread-safe.
 */
public interface Endpoint {
    /**
     * The paths that it is posted to; may hold {@code :names}, which {@link RequestHead#path} gives. One that does not end in
     * a slash stands for itself with a slash too.
     */
    List<String> paths();

    /**
     * The write key that the head carries, so that an upload without a valid one is refused before its body is read.
     *
     * @return null if this client has it in the body
     * @throws ProblemException UNAUTHENTICATED if the head should have one
     */
    String identify(RequestHead head);

    /** Whether bodies hold what is compressed once more, so that a small one may be much work. */
    default boolean isPacked() {
        return false;
    }

    /**
     * Takes a decompressed body apart. Called on any thread; may keep parts of {@code body}.
     *
     * @param body array-backed
     * @param unpacker for what is compressed inside of the body; what it gives may be kept too
     * @throws ProblemException MALFORMED, with a detail that names what is wrong and holds nothing of the content
     */
    Decoded decode(RequestHead head, ByteBuffer body, Unpacker unpacker);

    /** Answers that everything in the request is durable. */
    void acknowledge(RoutingContext ctx);

    /** Answers with a problem, in the status that makes this client stop or try again as the problem asks. */
    void refuse(RoutingContext ctx, Problem problem);

    /**
     * What a body holds.
     *
     * @param key the write key, or null if the head had it
     * @param uploads what each window says; none if nothing in the body is of use to a recording
     */
    record Decoded(String key, List<Upload> uploads) {}
}
