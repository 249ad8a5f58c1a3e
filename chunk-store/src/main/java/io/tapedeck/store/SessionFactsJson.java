package io.tapedeck.store;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;

/**
 * Writes facts as Jackson would by itself, without what is null or zero. Those of each chunk are written into journal, segment
 * and catalog: found by reflection, they were a good part of that work. Reading is left to Jackson. Thread-safe.
 */
public final class SessionFactsJson extends StdSerializer<SessionFacts> {
    private static final long serialVersionUID = 1L;

    public SessionFactsJson() {
        super(SessionFacts.class);
    }

    @Override
    public void serialize(SessionFacts facts, JsonGenerator json, SerializerProvider provider) throws IOException {
        json.writeStartObject(facts);
        json.writeNumberField("firstReceivedAt", facts.firstReceivedAt());
        json.writeNumberField("lastReceivedAt", facts.lastReceivedAt());
        json.writeNumberField("startedAt", facts.startedAt());
        json.writeNumberField("lastEventAt", facts.lastEventAt());
        json.writeNumberField("events", facts.events());
        json.writeNumberField("bytesRaw", facts.bytesRaw());
        counts(facts.counts(), json);
        visit("entry", facts.entry(), json);
        visit("exit", facts.exit(), json);
        texts("urls", facts.urls(), json);
        user(facts.user(), json, provider);
        texts("userIds", facts.userIds(), json);
        text("browser", facts.browser(), json);
        text("os", facts.os(), json);
        text("device", facts.device(), json);
        text("country", facts.country(), json);
        text("sdk", facts.sdk(), json);
        text("release", facts.release(), json);
        json.writeObjectFieldStart("tags");
        for (Map.Entry<String, String> tag : facts.tags().entrySet()) {
            json.writeStringField(tag.getKey(), tag.getValue());
        }
        json.writeEndObject();
        texts("customEvents", facts.customEvents(), json);
        texts("windows", facts.windows(), json);
        texts("finalWindows", facts.finalWindows(), json);
        json.writeBooleanField("clockImplausible", facts.clockImplausible());
        json.writeEndObject();
    }

    private static void counts(EventCounts counts, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("counts");
        count("clicks", counts.clicks(), json);
        count("rageClicks", counts.rageClicks(), json);
        count("deadClicks", counts.deadClicks(), json);
        count("errors", counts.errors(), json);
        count("consoleErrors", counts.consoleErrors(), json);
        count("failedRequests", counts.failedRequests(), json);
        count("navigations", counts.navigations(), json);
        count("customEvents", counts.customEvents(), json);
        json.writeEndObject();
    }

    private static void count(String name, int count, JsonGenerator json) throws IOException {
        if (count != 0) {
            json.writeNumberField(name, count);
        }
    }

    private static void visit(String name, PageVisit visit, JsonGenerator json) throws IOException {
        if (visit != null) {
            json.writeObjectFieldStart(name);
            json.writeStringField("url", visit.url());
            json.writeNumberField("at", visit.at());
            json.writeEndObject();
        }
    }

    private static void user(User user, JsonGenerator json, SerializerProvider provider) throws IOException {
        if (user != null) {
            json.writeObjectFieldStart("user");
            json.writeStringField("id", user.id());
            json.writeFieldName("traits");
            provider.defaultSerializeValue(user.traits(), json);
            json.writeNumberField("identifiedAt", user.identifiedAt());
            json.writeEndObject();
        }
    }

    private static void text(String name, String text, JsonGenerator json) throws IOException {
        if (text != null) {
            json.writeStringField(name, text);
        }
    }

    private static void texts(String name, Collection<String> texts, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }
}
