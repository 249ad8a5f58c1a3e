package io.tapedeck.server;

import io.tapedeck.server.config.Configuration;
import io.tapedeck.server.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks the server that runs with the same configuration on this machine for its readiness. */
final class HealthProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private HealthProbe() {}

    /** @param text the server's answer, or why there is none */
    record Answer(boolean ready, String text) {}

    static Answer ask(Configuration configuration) {
        Integer internalPort = configuration.get(Settings.INTERNAL_PORT);
        int port = internalPort != null ? internalPort : configuration.get(Settings.HTTP_PORT);
        String host = BindAddress.hostForPrograms(configuration.get(Settings.BIND));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + host + ":" + port + HealthRoutes.READY_PATH))
                .timeout(TIMEOUT)
                .build();
        try {
            HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode() == 200, response.body());
        } catch (IOException e) {
            return new Answer(false, "No answer on port " + port + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(false, "Interrupted");
        }
    }
}
