package io.tapedeck.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tapedeck.server.storage.ControlFile;
import io.tapedeck.store.ErasureCatalog.Subject;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Asks the server that runs on the data folder to erase. */
final class RemoteErasing {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long WAIT_MAX_NS = TimeUnit.MINUTES.toNanos(15);
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final JsonMapper JSON = new JsonMapper();

    private final ToolContext context;
    private final ControlFile control;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    RemoteErasing(ToolContext context, ControlFile control) {
        this.context = context;
        this.control = control;
    }

    /** Returns the exit code. */
    int erase(Subject subject, String reason, boolean wait) throws InterruptedException {
        String project = "/api/v1/projects/" + subject.project();
        String query = reason == null ? "" : "?reason=" + encoded(reason);
        JsonNode erasure = switch (subject.kind()) {
            case SESSION -> send("DELETE", project + "/sessions/" + subject.name() + query);
            case USER -> send("POST", project + "/subjects/" + encoded(subject.name()) + "/erasure" + query);
            case PROJECT -> send("DELETE", project + query);
        };
        String path = project + "/erasures/" + erasure.path("id").asText();
        Progress progress = new Progress(context.err(), "looked");
        long startedNs = System.nanoTime();
        while (wait && erasure.path("finalAt").isNull() && System.nanoTime() - startedNs < WAIT_MAX_NS) {
            progress.reached("outstanding " + erasure.path("outstanding"));
            LockSupport.parkNanos(POLL_NS);
            erasure = send("GET", path);
        }
        boolean isFinal = !erasure.path("finalAt").isNull();
        context.out().println(isFinal ? erasure.path("certificate") : erasure.toPrettyString());
        context.out().flush();
        if (!isFinal) {
            context.err().println("Begun; gone from lists and reads. The certificate is not final yet.");
            context.err().flush();
        }
        return isFinal || !wait ? 0 : 1;
    }

    private JsonNode send(String method, String path) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(control.url() + path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + control.token())
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode body = JSON.readTree(answer.body());
            if (answer.statusCode() >= 300) {
                throw new StoreException(
                        answer.statusCode() == 404 ? StoreErrorKind.NOT_FOUND : StoreErrorKind.CONFLICT,
                        "the server refused: " + body.path("code").asText() + " "
                                + body.path("detail").asText());
            }
            return body;
        } catch (IOException e) {
            throw new StoreException(
                    StoreErrorKind.UNAVAILABLE, "the server at " + control.url() + " does not answer", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
