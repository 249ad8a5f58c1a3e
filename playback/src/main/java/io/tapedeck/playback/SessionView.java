package io.tapedeck.playback;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.tapedeck.store.EventCounts;
import io.tapedeck.store.PageVisit;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionSummary;
import java.util.Map;

/** A session as JSON: the components are the members, in this order. What is not known is null. */
record SessionView(
        String id,
        String project,
        UserView user,
        long startedAt,
        long lastEventAt,
        long durationMs,
        Long activeMs,
        Phase phase,
        boolean restricted,
        int windows,
        long events,
        long bytesRaw,
        long bytesStored,
        EventCounts counts,
        String entryUrl,
        String exitUrl,
        String browser,
        String os,
        String device,
        String country,
        String sdk,
        String release,
        Map<String, String> tags,
        boolean pinned,
        boolean held,
        Long expiresAt,
        long rev,
        Long behindMs) {

    /** Whose session it is. */
    record UserView(String id, JsonNode traits) {}

    /** Whether events may still come. */
    enum Phase {
        @JsonProperty("live")
        LIVE,
        @JsonProperty("settled")
        SETTLED
    }

    /** @param behindMs null where it was not looked up */
    static SessionView of(SessionSummary summary, Long behindMs) {
        SessionFacts facts = summary.facts();
        return new SessionView(
                summary.key().session(),
                summary.key().project(),
                facts.user() == null
                        ? null
                        : new UserView(facts.user().id(), facts.user().traits()),
                facts.startedAt(),
                facts.lastEventAt(),
                Math.max(0, facts.lastEventAt() - facts.startedAt()),
                summary.activeMs(),
                summary.settled() ? Phase.SETTLED : Phase.LIVE,
                false,
                facts.windows().size(),
                facts.events(),
                facts.bytesRaw(),
                summary.bytesStored(),
                facts.counts(),
                url(facts.entry()),
                url(facts.exit()),
                facts.browser(),
                facts.os(),
                facts.device(),
                facts.country(),
                facts.sdk(),
                facts.release(),
                facts.tags(),
                summary.pinned(),
                summary.held(),
                summary.expiresAt(),
                summary.rev(),
                behindMs);
    }

    private static String url(PageVisit visit) {
        return visit == null ? null : visit.url();
    }
}
