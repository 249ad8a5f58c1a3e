package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads sessions back over HTTP: events as stored frames, line by line. Thread-safe; blocks its caller. */
final class ReplayReader {
    /** For a connection, and then for an answer to begin. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** For the whole of an answer: a server may stall in the middle of it. */
    private static final Duration ANSWER_WITHIN = Duration.ofMinutes(2);

    private static final int AGAIN_MS = 500;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BoundedHttp client;
    private final Project project;

    ReplayReader(Project project) {
        this(project, ANSWER_WITHIN);
    }

    ReplayReader(Project project, Duration answerWithin) {
        this.project = project;
        this.client = new BoundedHttp(TIMEOUT, answerWithin);
    }

    /**
     * Compares the replay of one session with what was acked. Its events must be in the order of the recording if it is
     * settled; until then frames may overlap, since chunks may arrive in another order than they were sent in.
     */
    SessionVerifier.Verdict verify(PlayedSession played) throws IOException, InterruptedException {
        SessionVerifier.Verdict verdict = compare(played);
        if (verdict.outOfOrder() == 0) {
            return verdict;
        }
        return isSettled(played) ? compare(played) : verdict.inAnyOrder();
    }

    private SessionVerifier.Verdict compare(PlayedSession played) throws IOException, InterruptedException {
        SessionVerifier verifier = new SessionVerifier(played);
        HttpResponse<byte[]> response = get("/" + played.id() + "/events");
        if (response.statusCode() == 200) {
            String coding = response.headers().firstValue("Content-Encoding").orElse("");
            try (InputStream body = Content.decoded(coding, response.body())) {
                LineReader lines = new LineReader(body);
                for (byte[] line = lines.next(); line != null; line = lines.next()) {
                    verifier.accept(line);
                }
            }
        } else if (response.statusCode() != 404) { // not there at all: everything is missing
            throw new IOException("status " + response.statusCode());
        }
        return verifier.verdict();
    }

    /** Whether a session is settled: all of it is in a recording. */
    boolean isSettled(PlayedSession played) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = get("/" + played.id());
        if (response.statusCode() != 200) {
            return false;
        }
        JsonNode manifest = JSON.readTree(response.body());
        return manifest.at("/session/phase").asText().equals("settled");
    }

    /** Those that are not settled, or of which it cannot be told. */
    List<PlayedSession> unsettled(List<PlayedSession> sessions) throws InterruptedException {
        List<PlayedSession> unsettled = new ArrayList<>();
        for (PlayedSession session : sessions) {
            try {
                if (!isSettled(session)) {
                    unsettled.add(session);
                }
            } catch (IOException e) {
                unsettled.add(session);
            }
        }
        return unsettled;
    }

    /** Waits until all of them are settled; false if that takes longer than {@code within}. */
    boolean awaitSettled(List<PlayedSession> sessions, Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        List<PlayedSession> left = unsettled(sessions);
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(AGAIN_MS);
            left = unsettled(left);
        }
        return left.isEmpty();
    }

    /**
     * The project's latest sessions, at most 200, as the API lists them.
     *
     * @throws IOException if the answer is a refusal
     */
    List<JsonNode> latest() throws IOException, InterruptedException {
        return list("?limit=200");
    }

    private List<JsonNode> list(String query) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = get(query);
        if (response.statusCode() != 200) {
            throw new IOException("the list of sessions is answered with status " + response.statusCode());
        }
        List<JsonNode> sessions = new ArrayList<>();
        JSON.readTree(response.body()).path("sessions").forEach(sessions::add);
        return sessions;
    }

    /** Whether a session is listed, or it cannot be told. */
    boolean mayBeListed(String session) throws InterruptedException {
        try {
            return list("?limit=200&q=" + SessionFilters.encode(session)).stream()
                    .anyMatch(listed -> listed.path("id").asText().equals(session));
        } catch (IOException e) {
            return true;
        }
    }

    /** @param path below the project's sessions */
    private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        URI address = project.server()
                .address(project.sessions() + path)
                .orElseThrow(() -> new IOException("the server is nowhere"));
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + project.token())
                .header("Accept-Encoding", "zstd")
                .timeout(TIMEOUT)
                .build();
        return client.send(request, BodyHandlers.ofByteArray());
    }
}
