package io.tapedeck.playback;

import com.fasterxml.jackson.databind.JsonNode;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.MarkerTrack;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionReader;
import io.tapedeck.store.event.Marker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The points of interest on a session's timeline. */
final class MarkerEndpoints {
    private static final Parameter<Set<Marker.Kind>> KIND =
            Parameter.someOf("kind", "Markers of these kinds only.", kindWords());
    private static final Parameter<Set<String>> LEVEL = Parameter.someOf(
            "level", "Of the console's lines those of these levels only; other kinds have none.", levelWords());
    private static final Parameter<String> Q =
            Parameter.text("q", "Part of the title or of any text in the data, without regard to case.");

    private final SessionReader reader;
    private final Vertx vertx;
    private final Workers workers;

    MarkerEndpoints(SessionReader reader, Vertx vertx, Workers workers) {
        this.reader = reader;
        this.vertx = vertx;
        this.workers = workers;
    }

    List<Endpoint> all() {
        Endpoint markers = Endpoint.read(
                "/api/v1/projects/{project}/sessions/{session}/markers",
                "markers",
                "A session's markers by time.",
                List.of(ProjectEndpoints.PROJECT, SessionEndpoints.SESSION, KIND, LEVEL, Q),
                Answer.json("Markers", "The markers"),
                this::markers);
        return List.of(markers, markers.shared("markers", "sharedMarkers"));
    }

    private Future<Reply> markers(Call call) {
        SessionKey key = SessionEndpoints.key(call);
        Set<Marker.Kind> kinds = call.get(KIND);
        Set<String> levels = call.get(LEVEL);
        String text = call.get(Q) == null ? null : call.get(Q).toLowerCase(Locale.ROOT);
        return SessionEndpoints.ask(vertx, () -> reader.markers(key))
                .compose(track -> workers.run(() -> new Reply.Json(Json.encode(filter(track, kinds, levels, text)))));
    }

    private static MarkerTrack filter(MarkerTrack track, Set<Marker.Kind> kinds, Set<String> levels, String text) {
        List<Marker> wanted = track.markers().stream()
                .filter(marker -> kinds == null || kinds.contains(marker.kind()))
                .filter(marker -> levels == null || marker.level() == null || levels.contains(marker.level()))
                .filter(marker -> text == null || contains(marker, text))
                .sorted(Comparator.comparingLong(Marker::at))
                .toList();
        return new MarkerTrack(track.rev(), wanted, track.truncated());
    }

    private static boolean contains(Marker marker, String text) {
        return contains(marker.title(), text) || contains(marker.data(), text);
    }

    private static boolean contains(JsonNode data, String text) {
        if (data == null) {
            return false;
        }
        if (data.isValueNode()) {
            return contains(data.asText(), text);
        }
        for (JsonNode child : data) {
            if (contains(child, text)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(String whole, String text) {
        return whole != null && whole.toLowerCase(Locale.ROOT).contains(text);
    }

    /** The kinds under the names that they have in JSON. */
    private static Map<String, Marker.Kind> kindWords() {
        Map<String, Marker.Kind> words = new LinkedHashMap<>();
        for (Marker.Kind kind : Marker.Kind.values()) {
            words.put(Json.MAPPER.convertValue(kind, String.class), kind);
        }
        return words;
    }

    private static Map<String, String> levelWords() {
        Map<String, String> words = new LinkedHashMap<>();
        for (String level : List.of("log", "info", "warn", "error", "debug")) {
            words.put(level, level);
        }
        return words;
    }
}
