package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Ways to narrow a list down, made of what is in it, so that there is something to find. Immutable. */
final class SessionFilters {
    private static final int VALUES_MAX = 20;

    private final List<String> queries;

    private SessionFilters(Set<String> queries) {
        this.queries = List.copyOf(queries);
    }

    /** @param sessions as the API lists them; not empty */
    static SessionFilters of(List<JsonNode> sessions) {
        Set<String> queries = new LinkedHashSet<>();
        queries.add("hasErrors=true");
        queries.add("rage=true");
        queries.add("sort=-durationMs");
        queries.add("sort=-errors");
        List<Long> durations = new ArrayList<>();
        for (JsonNode session : sessions) {
            durations.add(session.path("durationMs").asLong());
            if (queries.size() < VALUES_MAX) {
                addText(queries, "browser", session.path("browser"));
                addText(queries, "os", session.path("os"));
                addText(queries, "user", session.at("/user/id"));
                addText(queries, "url", session.path("entryUrl"));
                addText(queries, "q", session.path("id"));
            }
        }
        durations.sort(null);
        queries.add("minDurationMs=" + durations.get(durations.size() / 2));
        long newest = sessions.get(0).path("startedAt").asLong();
        long oldest = sessions.get(sessions.size() - 1).path("startedAt").asLong();
        queries.add("from=" + Math.min(newest, oldest) + "&to=" + (Math.max(newest, oldest) + 1));
        return new SessionFilters(queries);
    }

    private static void addText(Set<String> queries, String parameter, JsonNode value) {
        if (!value.asText("").isEmpty()) {
            queries.add(parameter + "=" + encode(value.asText()));
        }
    }

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** The query of one of them. */
    String any(Random random) {
        return queries.get(random.nextInt(queries.size()));
    }
}
