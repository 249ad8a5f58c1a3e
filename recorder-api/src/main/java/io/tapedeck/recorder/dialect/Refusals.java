package io.tapedeck.recorder.dialect;

import io.tapedeck.http.Problem;
import io.tapedeck.http.Problems;
import io.vertx.ext.web.RoutingContext;

/** Refusals for clients that try again only when the server says that it is the server's own trouble. */
public final class Refusals {
    private static final int UNAVAILABLE = 503;
    private static final int RETRY_AFTER_S = 10;

    private Refusals() {}

    /** Answers 503 to what may be taken later, with a time to wait, and anything else as it is. */
    public static void answer(RoutingContext ctx, Problem problem) {
        if (!problem.code().isPassing()) {
            Problems.answer(ctx, problem);
            return;
        }
        boolean timed = problem.retryAfterS() != Problem.NO_RETRY;
        Problems.answer(ctx, timed ? problem : problem.withRetryAfter(RETRY_AFTER_S), UNAVAILABLE);
    }
}
