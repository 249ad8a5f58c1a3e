package io.tapedeck.loadtest;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Reads a session's events back over HTTP, as stored frames, line by line. Thread-safe; blocks its caller. */
final class ReplayReader {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final String sessions;
    private final String token;

    ReplayReader(LoadSettings settings, String project, String token) {
        String base = settings.target().toString().replaceAll("/+$", "");
        this.sessions = base + "/api/v1/projects/" + project + "/sessions/";
        this.token = token;
    }

    /** Compares the replay of one session with what was acked. */
    SessionVerifier.Verdict verify(PlayedSession played) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(sessions + played.session() + "/events"))
                .header("Authorization", "Bearer " + token)
                .header("Accept-Encoding", "zstd")
                .timeout(TIMEOUT)
                .build();
        SessionVerifier verifier = new SessionVerifier(played);
        HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() == 200) {
                boolean compressed = response.headers()
                        .firstValue("Content-Encoding")
                        .orElse("")
                        .equals("zstd");
                LineReader lines = new LineReader(compressed ? new ZstdInputStream(body) : body);
                for (byte[] line = lines.next(); line != null; line = lines.next()) {
                    verifier.accept(line);
                }
            } else if (response.statusCode() != 404) { // not there at all: everything is missing
                throw new IOException("status " + response.statusCode());
            }
        }
        return verifier.verdict();
    }
}
