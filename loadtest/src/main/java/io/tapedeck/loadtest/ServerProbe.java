package io.tapedeck.loadtest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** Asks a server how it is. Thread-safe; blocks its caller. */
final class ServerProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int AGAIN_MS = 25;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final Target target;
    private final String token;

    ServerProbe(Target target, String token) {
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

    /** A metric without labels; empty if there is none, or no answer. */
    OptionalDouble metric(String name) throws InterruptedException {
        Optional<HttpResponse<String>> metrics = get("/metrics");
        if (metrics.isEmpty() || metrics.get().statusCode() != 200) {
            return OptionalDouble.empty();
        }
        return metrics.get()
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst();
    }

    private Optional<HttpResponse<String>> get(String path) throws InterruptedException {
        Optional<URI> address = target.address(path);
        if (address.isEmpty()) {
            return Optional.empty();
        }
        HttpRequest request = HttpRequest.newBuilder(address.get())
                .header("Authorization", "Bearer " + token)
                .timeout(TIMEOUT)
                .build();
        try {
            return Optional.of(client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
