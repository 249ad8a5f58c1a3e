package io.tapedeck.recorder.dialect;

import io.tapedeck.http.BaseUrl;
import io.tapedeck.http.ProblemException;
import io.tapedeck.store.AdminCatalog.Project;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** Something that a client asks before or beside recording: a script, its configuration. Stateless and thread-safe. */
public interface Inquiry {
    /** The paths it is asked at; may hold {@code :names}, which {@link RequestHead#path} gives. */
    List<String> paths();

    /** The methods it is asked with. */
    Set<HttpMethod> methods();

    /** Tells apart clients that share an address; the first that says so answers. */
    default boolean isAskedBy(RequestHead head) {
        return true;
    }

    /**
     * The write key whose project the answer depends on.
     *
     * @param body as posted, decompressed; empty if there is none
     * @return null if the answer is the same for everybody
     * @throws ProblemException UNAUTHENTICATED if there should be one, MALFORMED if the body is not what it should be
     */
    String identify(RequestHead head, ByteBuffer body);

    /**
     * Answers. On the event loop.
     *
     * @param project the key's, recording or not; null without key
     * @param base where the client sees this server
     */
    void answer(RoutingContext ctx, RequestHead head, Project project, BaseUrl base);
}
