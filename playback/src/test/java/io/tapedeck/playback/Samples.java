package io.tapedeck.playback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tapedeck.store.EventCounts;
import io.tapedeck.store.Manifest;
import io.tapedeck.store.MarkerTrack;
import io.tapedeck.store.PageVisit;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionSummary;
import io.tapedeck.store.User;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.event.Marker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Sessions to show: one of which everything is known, one of which as little as can be. */
final class Samples {
    static final long START = 1_763_000_000_000L;
    static final SessionKey KNOWN = new SessionKey("default", "known-1");
    static final SessionKey UNKNOWN = new SessionKey("default", "unknown-2");

    private Samples() {}

    static SessionSummary known() {
        return known(JsonNodeFactory.instance.objectNode().put("plan", "pro"));
    }

    static SessionSummary known(JsonNode traits) {
        SessionFacts facts = new SessionFacts(
                START + 5,
                START + 65_000,
                START,
                START + 60_000,
                123,
                45_678,
                new EventCounts(9, 1, 2, 3, 4, 5, 6, 7),
                new PageVisit("https://shop.example/?a=***", START),
                new PageVisit("https://shop.example/cart", START + 50_000),
                List.of("https://shop.example/?a=***", "https://shop.example/cart"),
                new User("ada@example.com", traits, START),
                new TreeSet<>(List.of("ada@example.com")),
                "Chrome 156",
                "Linux",
                "desktop",
                "DE",
                "tapedeck/0.1.0",
                "2026.11",
                new TreeMap<>(Map.of("tenant", "acme")),
                new TreeSet<>(List.of("checkout")),
                new TreeSet<>(List.of("w1", "w2")),
                new TreeSet<>(List.of("w1", "w2")),
                false);
        return new SessionSummary(KNOWN, facts, true, 41_000L, 5_432, true, false, START + 86_400_000, 12);
    }

    static SessionSummary unknown() {
        SessionFacts facts = new SessionFacts(
                START,
                START,
                START,
                START,
                0,
                0,
                EventCounts.NONE,
                null,
                null,
                List.of(),
                null,
                new TreeSet<>(),
                null,
                null,
                null,
                null,
                null,
                null,
                new TreeMap<>(),
                new TreeSet<>(),
                new TreeSet<>(),
                new TreeSet<>(),
                true);
        return new SessionSummary(UNKNOWN, facts, false, null, 0, false, false, null, 1);
    }

    static Manifest manifest(SessionSummary session) {
        WindowId w1 = new WindowId("w1");
        WindowId w2 = new WindowId("w2");
        return new Manifest(
                session,
                1_500,
                List.of(
                        new Manifest.Window(w1, START, START + 60_000, 100, List.of(START + 10, START + 30_000)),
                        new Manifest.Window(w2, START + 5, START + 9_000, 23, List.of())),
                List.of(
                        new Manifest.Frame("r1.0", w1, START, START + 29_000, 60, 700, 9_000, List.of(START + 10)),
                        new Manifest.Frame("r1.1", w1, START + 30_000, START + 60_000, 40, 600, 8_000, List.of()),
                        new Manifest.Frame("r1.2", w2, START + 5, START + 9_000, 23, 400, 3_000, List.of())),
                List.of(new Manifest.Gap(w1, 3, 6, START + 20_000, START + 25_000)));
    }

    /** A session of one window with so many frames of ten events and a second each. */
    static Manifest live(SessionKey session, long rev, int frames, boolean settled) {
        WindowId w1 = new WindowId("w1");
        List<Manifest.Frame> listed = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            long at = START + i * 1_000L;
            listed.add(new Manifest.Frame("b" + i, w1, at, at + 900, 10, 100, 1_000, i == 0 ? List.of(at) : List.of()));
        }
        long lastAt = START + frames * 1_000L - 100;
        SessionSummary like = unknown();
        SessionSummary summary =
                new SessionSummary(session, like.facts(), settled, null, frames * 100L, false, false, null, rev);
        return new Manifest(
                summary,
                0,
                List.of(new Manifest.Window(w1, START, lastAt, frames * 10L, List.of(START))),
                listed,
                List.of());
    }

    static MarkerTrack markers() {
        List<Marker> markers = new ArrayList<>();
        long at = START;
        for (Marker.Kind kind : Marker.Kind.values()) {
            boolean console = kind == Marker.Kind.CONSOLE;
            boolean idle = kind == Marker.Kind.IDLE;
            markers.add(new Marker(
                    at++,
                    "w1",
                    kind,
                    "Title of " + kind,
                    idle ? 30_000L : null,
                    console ? "warn" : null,
                    idle ? null : data(kind)));
        }
        return new MarkerTrack(12, markers, true);
    }

    private static JsonNode data(Marker.Kind kind) {
        return JsonNodeFactory.instance
                .objectNode()
                .set("args", JsonNodeFactory.instance.arrayNode().add("Text about " + kind));
    }
}
