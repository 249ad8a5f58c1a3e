package io.tapedeck.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tapedeck.server.storage.ControlFile;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Calls the API of the server that runs on the data folder, as an admin. Blocks. */
final class ControlClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();

    private final ControlFile control;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    ControlClient(ControlFile control) {
        this.control = control;
    }

    /** A call without a body. */
    JsonNode send(String method, String path) throws InterruptedException {
        return send(method, path, null);
    }

    /**
     * Returns what is answered; an empty answer is a missing node.
     *
     * @param body null: none
     * @throws UsageException with the server's words if what is asked for is wrong in itself
     * @throws StoreException with the server's words: NOT_FOUND, CONFLICT if it refuses, UNAVAILABLE if it fails; UNAVAILABLE
     *     also if it does not answer
     */
    JsonNode send(String method, String path, JsonNode body) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(control.url() + path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + control.token());
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body.toString()));
        }
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            JsonNode said = JSON.readTree(answer.body());
            if (answer.statusCode() >= 300) {
                throw refusal(
                        answer.statusCode(),
                        said.path("code").asText() + " " + said.path("detail").asText());
            }
            return said;
        } catch (IOException e) {
            throw new StoreException(
                    StoreErrorKind.UNAVAILABLE, "the server at " + control.url() + " does not answer", e);
        }
    }

    private static RuntimeException refusal(int status, String why) {
        if (status == 400) {
            return new UsageException("the server refused: " + why);
        }
        if (status >= 500) {
            return new StoreException(StoreErrorKind.UNAVAILABLE, "the server failed: " + why);
        }
        return new StoreException(
                status == 404 ? StoreErrorKind.NOT_FOUND : StoreErrorKind.CONFLICT, "the server refused: " + why);
    }

    /** A text as a part of a path or of a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
