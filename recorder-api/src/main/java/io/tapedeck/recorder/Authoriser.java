package io.tapedeck.recorder;

import io.tapedeck.http.ForwardedHeaders;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.store.AdminCatalog.Project;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Says whether a write key may be used from a page, and for which project. Thread-safe. */
final class Authoriser {
    private final Vertx vertx;
    private final WriteKeys keys;
    private final KeyRates rates;
    private final ForwardedHeaders forwarded;

    Authoriser(Vertx vertx, WriteKeys keys, KeyRates rates, ForwardedHeaders forwarded) {
        this.vertx = vertx;
        this.keys = keys;
        this.rates = rates;
        this.forwarded = forwarded;
    }

    /** The project to record for; fails with UNAUTHENTICATED, ORIGIN_NOT_ALLOWED, RECORDING_OFF or RATE_LIMITED. */
    Future<Project> authorise(String key, HttpServerRequest request) {
        return find(key, request).map(project -> {
            if (!project.settings().recording()) {
                throw refusal(ProblemCode.RECORDING_OFF, null);
            }
            int waitS = rates.take(key);
            if (waitS > 0) {
                throw Problem.of(ProblemCode.RATE_LIMITED, "the write key is over its rate limit")
                        .withRetryAfter(waitS)
                        .asException();
            }
            return project;
        });
    }

    /** The key's project, whether or not it is recording; fails with UNAUTHENTICATED or ORIGIN_NOT_ALLOWED. */
    Future<Project> find(String key, HttpServerRequest request) {
        return known(keys.find(key)).map(found -> allowed(found, request));
    }

    /** What is known already, as mostly it is, needs no turn of the event loop. */
    private Future<Optional<Project>> known(CompletableFuture<Optional<Project>> found) {
        return found.isDone() && !found.isCompletedExceptionally()
                ? Future.succeededFuture(found.join())
                : Future.fromCompletionStage(found, vertx.getOrCreateContext());
    }

    private Project allowed(Optional<Project> found, HttpServerRequest request) {
        Project project = found.orElseThrow(
                () -> refusal(ProblemCode.UNAUTHENTICATED, "there is no such write key, or it was revoked"));
        List<String> origins = project.settings().origins();
        if (!origins.isEmpty()) {
            String origin = origin(request);
            if (origins.stream().noneMatch(allowed -> allowed.equalsIgnoreCase(origin))) {
                throw refusal(ProblemCode.ORIGIN_NOT_ALLOWED, "the project does not list this page's origin");
            }
        }
        return project;
    }

    /** The page's origin, or null. Browsers send none with a GET to the page's own server, but say that it is one. */
    private String origin(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        boolean isOwn = origin == null
                && request.method().equals(HttpMethod.GET)
                && "same-origin".equals(request.getHeader("Sec-Fetch-Site"));
        return isOwn ? forwarded.base(request).origin() : origin;
    }

    private static ProblemException refusal(ProblemCode code, String detail) {
        return Problem.of(code, detail).asException();
    }
}
