package io.tapedeck.loadtest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** Asks a server how it is. Thread-safe; blocks its caller. */
final class ServerProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int AGAIN_MS = 25;

    private final BoundedHttp client;
    private final Target target;
    private final String token;

    /** @param token for metrics on a public port; may be null if they are on an internal one */
    ServerProbe(Target target, String token) {
        this(target, token, TIMEOUT);
    }

    /** @param answerWithin for the whole of an answer */
    ServerProbe(Target target, String token, Duration answerWithin) {
        this.client = new BoundedHttp(TIMEOUT, answerWithin);
        this.target = target;
        this.token = token;
    }

    /** An answer to {@code GET /health/ready}; status 0 if there was none. */
    record Readiness(int status, String body) {
        boolean isReady() {
            return status == 200;
        }
    }

    Readiness readiness() throws InterruptedException {
        return get("/health/ready")
                .map(response -> new Readiness(response.statusCode(), response.body()))
                .orElse(new Readiness(0, ""));
    }

    /** Waits until the server is ready; false if it is not within the time. */
    boolean awaitReady(Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!readiness().isReady()) {
            if (System.nanoTime() >= deadline) {
                return false;
            }
            Thread.sleep(AGAIN_MS);
        }
        return true;
    }

    /** Empty if there is no answer, or none with metrics. */
    Optional<MetricsPage> metrics() throws InterruptedException {
        return get("/metrics")
                .filter(response -> response.statusCode() == 200)
                .map(response -> MetricsPage.of(response.body()))
                .filter(page -> !page.isEmpty());
    }

    /**
     * A metric, its series added up; empty if there is none, or no answer.
     *
     * @param labels such as {@code outcome="stored"}, all of which a series must have
     */
    OptionalDouble metric(String name, String... labels) throws InterruptedException {
        Optional<MetricsPage> page = metrics();
        return page.isPresent() ? page.get().sum(name, labels) : OptionalDouble.empty();
    }

    private Optional<HttpResponse<String>> get(String path) throws InterruptedException {
        Optional<URI> address = target.address(path);
        if (address.isEmpty()) {
            return Optional.empty();
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(address.get()).timeout(TIMEOUT);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return Optional.of(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
