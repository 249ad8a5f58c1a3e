package io.tapedeck.playback;

import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One live stream on its way to one client. Lives on the request's context, where every method but {@link #change},
 * {@link #tell} and {@link #end} is called; these may be called from anywhere.
 *
 * <p>What waits for a slow client is bounded by the response's queue: while that is full, changes are not written but
 * remembered as one, the newest, which is told when the queue has drained.
 */
final class LiveViewer {
    /** In the place of a rev: of a client that has seen nothing yet. */
    static final long NOWHERE = -1;

    private final RoutingContext ctx;
    private final Context context;
    private final HttpServerResponse response;
    private final Authenticator authenticator;
    private final LiveSettings settings;
    private final LiveMeters meters;

    private long rev;
    /** The newest change that the client was too slow for; 0 if none. */
    private long owedRev;

    private boolean ended;
    private long fullSinceNs;
    private long checking;
    private Consumer<LiveEnd> whenEnded = end -> {};

    /** @param cursor the rev that the client has, or {@link #NOWHERE} */
    LiveViewer(RoutingContext ctx, Authenticator authenticator, LiveSettings settings, LiveMeters meters, long cursor) {
        this.ctx = ctx;
        this.context = ctx.vertx().getOrCreateContext();
        this.response = ctx.response();
        this.authenticator = authenticator;
        this.settings = settings;
        this.meters = meters;
        this.rev = cursor;
    }

    /**
     * Begins the answer.
     *
     * @param told how the stream ended, once
     */
    void start(Consumer<LiveEnd> told) {
        Vertx vertx = ctx.vertx();
        whenEnded = told;
        response.setChunked(true);
        response.drainHandler(drained -> drained());
        write(LiveEvent.RETRY);
        checking = vertx.setPeriodic(settings.checkMs(), timer -> check());
        ctx.addEndHandler(end -> close(LiveEnd.CLIENT_GONE));
    }

    /**
     * The session is at {@code newRev}: viewers at {@code since} get {@code event}, others the rev alone.
     *
     * @param since may be {@link #NOWHERE}, where nobody is; {@code event} is not used then
     */
    void change(long newRev, long since, LiveEvent event) {
        context.runOnContext(v -> {
            if (ended || newRev == rev) {
                return;
            }
            if (response.writeQueueFull()) {
                meters.skipped();
                owedRev = newRev;
            } else {
                owedRev = 0;
                write(since != NOWHERE && rev == since ? event : LiveEvent.of(LiveChange.bare(newRev)));
                rev = newRev;
            }
        });
    }

    /** Says something that is not part of the session; dropped if the client is slow. */
    void tell(LiveEvent event) {
        context.runOnContext(v -> {
            if (!ended && !response.writeQueueFull()) {
                write(event);
            }
        });
    }

    /** Ends the stream. */
    void end(LiveEnd end, long atRev) {
        context.runOnContext(v -> {
            if (ended) {
                return;
            }
            rev = atRev;
            finish(end);
        });
    }

    private void finish(LiveEnd end) {
        close(end);
        if (end.isTold()) {
            response.end(LiveEvent.end(end, rev).buffer());
        } else {
            response.end();
        }
    }

    private void drained() {
        fullSinceNs = 0;
        if (owedRev != 0 && !ended) {
            rev = owedRev;
            owedRev = 0;
            write(LiveEvent.of(LiveChange.bare(rev)));
        }
    }

    /** Shows that the stream lives, and looks whether client and viewer are still who they were. */
    private void check() {
        if (!response.writeQueueFull()) {
            fullSinceNs = 0;
            write(LiveEvent.BEAT);
        } else if (fullSinceNs == 0) {
            fullSinceNs = System.nanoTime();
        } else if (System.nanoTime() - fullSinceNs >= TimeUnit.MILLISECONDS.toNanos(settings.stallTimeoutMs())) {
            close(LiveEnd.CLIENT_STALLED);
            response.reset();
            return;
        }
        authenticator.authenticate(ctx.request()).onFailure(failure -> {
            // An outage says nothing about the viewer: the stream stays, and the next look tells.
            if (!ended && isRefusal(failure)) {
                finish(LiveEnd.UNAUTHENTICATED);
            }
        });
    }

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof ProblemException refused && refused.problem().code() == ProblemCode.UNAUTHENTICATED;
    }

    private void close(LiveEnd end) {
        if (ended) {
            return;
        }
        ended = true;
        ctx.vertx().cancelTimer(checking);
        meters.ended(end);
        whenEnded.accept(end);
    }

    private void write(LiveEvent event) {
        response.write(event.buffer());
    }
}
