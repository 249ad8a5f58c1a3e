package io.tapedeck.recorder.dialect;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.vertx.core.MultiMap;

/** The write key as Tapedeck's own addresses have it: in the query, as {@code key}. */
public final class QueryKey {
    private QueryKey() {}

    /** @throws ProblemException UNAUTHENTICATED if there is none */
    public static String of(MultiMap query) {
        String key = query.get("key");
        if (key == null) {
            throw Problem.of(ProblemCode.UNAUTHENTICATED, "the write key is missing: ?key=…")
                    .asException();
        }
        return key;
    }
}
