package io.tapedeck.http;

import io.tapedeck.store.StoreException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The one place that turns an error into HTTP. What is not a {@link ProblemException}, a {@link StoreException} or a
 * status of the HTTP layer is a defect: it is logged with its stack and answered as INTERNAL without details. What the
 * HTTP layer blames on the client is not logged: its messages quote bodies and addresses, which hold secrets.
 */
public final class Problems implements Handler<RoutingContext> {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    /** Statuses that the router itself answers with. */
    private static final int[] ROUTER_STATUSES = {400, 404, 405, 406, 413, 414, 415, 500};

    /** After an outage, try again then. */
    private static final int OUTAGE_RETRY_AFTER_S = 5;

    private static final int BUSY_RETRY_AFTER_S = 2;

    private Problems() {}

    /**
     * Makes every failure of the router's routes, and every request that no route takes, a problem+json answer. A router
     * below another one needs it too: what fails while a route is looked for is only told to the router that looks.
     */
    public static void install(Router router) {
        router.route().failureHandler(new Problems());
        for (int status : ROUTER_STATUSES) {
            // Where no route could be looked for, as the address can't be decoded, the request itself has no status.
            router.errorHandler(status, ctx -> handle(ctx, ctx.failed() ? ctx.statusCode() : status));
        }
    }

    @Override
    public void handle(RoutingContext ctx) {
        handle(ctx, ctx.statusCode());
    }

    private static void handle(RoutingContext ctx, int status) {
        Throwable failure = ctx.failure();
        boolean saidByStatus = failure == null || failure instanceof HttpException || isOfClient(status);
        answer(ctx, saidByStatus ? ofStatus(status) : report(ctx, failure));
    }

    private static boolean isOfClient(int status) {
        return status >= 400 && status < 500;
    }

    /** The problem that an error is to a client; what operators should know of it is logged. */
    public static Problem report(RoutingContext ctx, Throwable error) {
        Problem problem = of(error);
        if (problem.code().status() >= 500) {
            log(ctx, problem, unwrap(error));
        }
        return problem;
    }

    /** The problem that an error is to a client. */
    public static Problem of(Throwable error) {
        Throwable cause = unwrap(error);
        if (cause instanceof ProblemException expected) {
            return expected.problem();
        }
        return cause instanceof StoreException failed ? ofStore(failed) : Problem.of(ProblemCode.INTERNAL, null);
    }

    /** Answers with a problem. An answer that has begun can't be changed any more: its connection is cut instead. */
    public static void answer(RoutingContext ctx, Problem problem) {
        answer(ctx, problem, problem.code().status());
    }

    /** Answers with a problem to a client that only understands it in another status. */
    public static void answer(RoutingContext ctx, Problem problem, int status) {
        RequestLog.note(ctx, problem.code());
        HttpServerResponse response = ctx.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        write(response, problem, status, RequestId.of(ctx));
    }

    /**
     * Breaks the connection instead of answering, for a client that takes a broken connection for a trouble that passes
     * and any answer for the last word. HTTP/2 shares a connection among requests: there only this one is broken off.
     */
    public static void hangUp(RoutingContext ctx, Problem problem) {
        RequestLog.note(ctx, problem.code());
        if (ctx.request().version() == HttpVersion.HTTP_2) {
            ctx.response().reset();
        } else {
            ctx.request().connection().close();
        }
    }

    /** For {@code HttpServer.invalidRequestHandler}: answers what cannot even be parsed as HTTP. */
    public static void answerInvalidRequest(HttpServerRequest request) {
        Throwable failure = request.decoderResult().cause();
        ProblemCode code = switch (failure == null ? "" : failure.getClass().getSimpleName()) {
            case "TooLongHttpLineException" -> ProblemCode.URI_TOO_LONG;
            case "TooLongHttpHeaderException" -> ProblemCode.HEADERS_TOO_LARGE;
            default -> ProblemCode.MALFORMED;
        };
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        String id = RequestId.generate();
        response.putHeader(RequestId.HEADER, id);
        write(response, Problem.of(code, "the request is not valid HTTP, or too long"), code.status(), id);
        request.connection().close();
    }

    private static void write(HttpServerResponse response, Problem problem, int status, String requestId) {
        response.setStatusCode(status);
        response.putHeader(HttpHeaders.CONTENT_TYPE, Problem.CONTENT_TYPE);
        response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (problem.retryAfterS() != Problem.NO_RETRY) {
            response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(problem.retryAfterS()));
        }
        if (problem.code() == ProblemCode.UNAUTHENTICATED) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        response.end(problem.toJson(status, requestId));
    }

    private static Problem ofStore(StoreException failed) {
        return switch (failed.kind()) {
            case NOT_FOUND -> Problem.of(ProblemCode.NOT_FOUND, null);
            case CONFLICT -> Problem.of(ProblemCode.CONFLICT, null);
            case ERASED -> Problem.of(ProblemCode.ERASED, null);
            case OVER_CAPACITY -> Problem.of(ProblemCode.OVER_CAPACITY, null).withRetryAfter(BUSY_RETRY_AFTER_S);
            case THROTTLED ->
                Problem.of(ProblemCode.UNAVAILABLE, "the storage is throttling requests")
                        .withRetryAfter(BUSY_RETRY_AFTER_S);
            case TIMEOUT ->
                Problem.of(ProblemCode.UNAVAILABLE, "the storage did not answer in time")
                        .withRetryAfter(OUTAGE_RETRY_AFTER_S);
            // The storage refused this server's credentials, not the client's: to a client it is an outage.
            case UNAVAILABLE, UNAUTHORIZED ->
                Problem.of(ProblemCode.UNAVAILABLE, null).withRetryAfter(OUTAGE_RETRY_AFTER_S);
            case CORRUPT -> Problem.of(ProblemCode.CORRUPT, null);
            case UNSUPPORTED_VERSION -> Problem.of(ProblemCode.UNSUPPORTED_VERSION, null);
        };
    }

    private static Problem ofStatus(int status) {
        return switch (status) {
            case 400 -> Problem.of(ProblemCode.MALFORMED, null);
            case 401 -> Problem.of(ProblemCode.UNAUTHENTICATED, null);
            case 403 -> Problem.of(ProblemCode.FORBIDDEN, null);
            case 404 -> Problem.of(ProblemCode.NOT_FOUND, "nothing is served at this address");
            case 405 -> Problem.of(ProblemCode.METHOD_NOT_ALLOWED, null);
            case 406 -> Problem.of(ProblemCode.NOT_ACCEPTABLE, null);
            case 413 -> Problem.of(ProblemCode.TOO_LARGE, null);
            case 414 -> Problem.of(ProblemCode.URI_TOO_LONG, null);
            case 415 -> Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, null);
            case 429 -> Problem.of(ProblemCode.RATE_LIMITED, null).withRetryAfter(BUSY_RETRY_AFTER_S);
            case 503 -> Problem.of(ProblemCode.UNAVAILABLE, null).withRetryAfter(OUTAGE_RETRY_AFTER_S);
            default -> Problem.of(ProblemCode.INTERNAL, null);
        };
    }

    private static Throwable unwrap(Throwable error) {
        Throwable cause = error;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static void log(RoutingContext ctx, Problem problem, Throwable cause) {
        boolean expected =
                cause instanceof ProblemException || (cause instanceof StoreException store && store.retryable());
        LoggingEventBuilder line = expected ? LOG.atWarn() : LOG.atError().setCause(cause);
        line.addKeyValue("code", problem.code())
                .addKeyValue("requestId", RequestId.of(ctx))
                .log(expected ? cause.getMessage() : "a request failed");
    }
}
