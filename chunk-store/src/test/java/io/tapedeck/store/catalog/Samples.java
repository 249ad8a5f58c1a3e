package io.tapedeck.store.catalog;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tapedeck.store.BlockRef;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.EventCounts;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.PageVisit;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.User;
import io.tapedeck.store.WindowId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Facts, blocks and recordings to commit. */
final class Samples {
    static final WindowId WINDOW = new WindowId("w1");

    private Samples() {}

    static SessionKey session(String id) {
        return new SessionKey("default", id);
    }

    /** What a chunk of 10 events, received at {@code at} and 1,000 ms long, adds. */
    static SessionFacts facts(long at) {
        return new FactsBuilder(at).build();
    }

    static BlockRef block(long at, int events) {
        ChunkRef chunk = new ChunkRef(new ChunkId(at, events), 0, events, at - 1_000, at, at);
        return new BlockRef(WINDOW, 0, 100, 1_000, 42, events, at - 1_000, at, List.of(at - 1_000), List.of(chunk));
    }

    static RecordingIndex recording(SessionKey session, int part, SessionFacts facts) {
        FrameRef frame =
                new FrameRef(WINDOW, 0, 80, 1_000, 43, 10, facts.startedAt(), facts.lastEventAt(), List.of(5L));
        ChunkRef chunk = new ChunkRef(new ChunkId(-1, 7), 3, 10, facts.startedAt(), facts.lastEventAt(), 9);
        return new RecordingIndex(session, part, facts, 700, List.of(frame), Map.of(WINDOW, List.of(chunk)), 88, 12);
    }

    static FactsBuilder with(long at) {
        return new FactsBuilder(at);
    }

    /** Facts with some things said and the rest usual. */
    static final class FactsBuilder {
        private final long at;
        private long startedAt;
        private long lastEventAt;
        private EventCounts counts = new EventCounts(1, 0, 0, 0, 0, 0, 1, 0);
        private List<String> urls = List.of();
        private String user;
        private final TreeMap<String, String> tags = new TreeMap<>();
        private final TreeSet<String> customEvents = new TreeSet<>();
        private final TreeSet<String> finalWindows = new TreeSet<>();
        private final TreeSet<String> windows = new TreeSet<>(List.of(WINDOW.value()));
        private String browser;
        private String os;
        private String device;
        private String country;

        FactsBuilder(long at) {
            this.at = at;
            this.startedAt = at - 1_000;
            this.lastEventAt = at;
        }

        FactsBuilder time(long from, long to) {
            startedAt = from;
            lastEventAt = to;
            return this;
        }

        FactsBuilder errors(int errors, int consoleErrors) {
            counts = counts.plus(new EventCounts(0, 0, 0, errors, consoleErrors, 0, 0, 0));
            return this;
        }

        FactsBuilder rageClicks(int rageClicks) {
            counts = counts.plus(new EventCounts(0, rageClicks, 0, 0, 0, 0, 0, 0));
            return this;
        }

        FactsBuilder urls(String... visited) {
            urls = List.of(visited);
            return this;
        }

        FactsBuilder user(String id) {
            user = id;
            return this;
        }

        FactsBuilder tag(String name, String value) {
            tags.put(name, value);
            return this;
        }

        FactsBuilder event(String name) {
            customEvents.add(name);
            return this;
        }

        FactsBuilder ended() {
            finalWindows.add(WINDOW.value());
            return this;
        }

        /** As of what comes beside a recording: no window. */
        FactsBuilder beside() {
            windows.clear();
            return this;
        }

        FactsBuilder client(String newBrowser, String newOs, String newDevice, String newCountry) {
            browser = newBrowser;
            os = newOs;
            device = newDevice;
            country = newCountry;
            return this;
        }

        SessionFacts build() {
            return new SessionFacts(
                    at,
                    at,
                    startedAt,
                    lastEventAt,
                    10,
                    1_000,
                    counts,
                    urls.isEmpty() ? null : new PageVisit(urls.get(0), startedAt),
                    urls.isEmpty() ? null : new PageVisit(urls.get(urls.size() - 1), lastEventAt),
                    urls,
                    user == null
                            ? null
                            : new User(
                                    user, JsonNodeFactory.instance.objectNode().put("plan", "pro"), at),
                    user == null ? new TreeSet<>() : new TreeSet<>(List.of(user)),
                    browser,
                    os,
                    device,
                    country,
                    "tapedeck/0.1.0",
                    null,
                    tags,
                    customEvents,
                    windows,
                    finalWindows,
                    false);
        }
    }
}
