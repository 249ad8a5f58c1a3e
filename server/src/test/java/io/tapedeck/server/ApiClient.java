package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPInputStream;

/** Talks to a running server as a recorder and as a reader with an API token. */
final class ApiClient {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final URI base;

    ApiClient(URI base) {
        this.base = base;
    }

    /** Posts a chunk; returns the answer whatever its status. */
    HttpResponse<String> post(byte[] body, String key) {
        HttpRequest request = HttpRequest.newBuilder(base.resolve("/ingest/v1/chunks?key=" + key))
                .timeout(Duration.ofMinutes(1))
                .header("Content-Type", "text/plain")
                .header("Origin", "https://shop.example")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Posts what another client sent, with its headers. */
    HttpResponse<String> postAs(String path, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofMinutes(1))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Changes something; it must be allowed. */
    void patch(String path, String json) {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofMinutes(1))
                .header("Authorization", "Bearer " + ServerProcess.TOKEN)
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(json))
                .build();
        HttpResponse<String> answer = send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** Posts a session's chunks, each of which must be acknowledged. */
    void record(SentSession session, int eventsPerChunk) {
        for (byte[] chunk : session.chunks(eventsPerChunk)) {
            HttpResponse<String> answer = post(SentSession.gzip(chunk), ServerProcess.KEY);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    HttpResponse<byte[]> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofMinutes(1))
                .header("Authorization", "Bearer " + ServerProcess.TOKEN);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** The status of a login. */
    int logIn(String name, String password) {
        String body = SentSession.JSON
                .createObjectNode()
                .put("name", name)
                .put("password", password)
                .toString();
        HttpRequest request = HttpRequest.newBuilder(base.resolve("/api/v1/login"))
                .timeout(Duration.ofMinutes(1))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    JsonNode json(String path) {
        HttpResponse<byte[]> answer = get(path);
        assertThat(answer.statusCode())
                .as(() -> path + ": " + new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        try {
            return SentSession.JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode manifest(String session) {
        return json("/api/v1/projects/default/sessions/" + session);
    }

    /** The NDJSON of all events, asked for in one encoding and decoded here. */
    byte[] events(String session, String encoding) {
        HttpResponse<byte[]> answer =
                get("/api/v1/projects/default/sessions/" + session + "/events", "Accept-Encoding", encoding);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Encoding").orElse("identity"))
                .isEqualTo(encoding);
        try (InputStream decoded = decode(answer.body(), encoding)) {
            return decoded.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream decode(byte[] body, String encoding) throws IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(body);
        return switch (encoding) {
            case "zstd" -> new ZstdInputStream(bytes);
            case "gzip" -> new GZIPInputStream(bytes);
            default -> bytes;
        };
    }

    private static <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return HTTP.send(request, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
