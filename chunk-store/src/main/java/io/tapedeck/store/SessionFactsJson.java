package io.tapedeck.store;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
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

    // Each name is encoded once.
    private static final SerializableString FIRST_RECEIVED_AT = new SerializedString("firstReceivedAt");
    private static final SerializableString LAST_RECEIVED_AT = new SerializedString("lastReceivedAt");
    private static final SerializableString STARTED_AT = new SerializedString("startedAt");
    private static final SerializableString LAST_EVENT_AT = new SerializedString("lastEventAt");
    private static final SerializableString EVENTS = new SerializedString("events");
    private static final SerializableString BYTES_RAW = new SerializedString("bytesRaw");
    private static final SerializableString COUNTS = new SerializedString("counts");
    private static final SerializableString CLICKS = new SerializedString("clicks");
    private static final SerializableString RAGE_CLICKS = new SerializedString("rageClicks");
    private static final SerializableString DEAD_CLICKS = new SerializedString("deadClicks");
    private static final SerializableString ERRORS = new SerializedString("errors");
    private static final SerializableString CONSOLE_ERRORS = new SerializedString("consoleErrors");
    private static final SerializableString FAILED_REQUESTS = new SerializedString("failedRequests");
    private static final SerializableString NAVIGATIONS = new SerializedString("navigations");
    private static final SerializableString ENTRY = new SerializedString("entry");
    private static final SerializableString EXIT = new SerializedString("exit");
    private static final SerializableString URL = new SerializedString("url");
    private static final SerializableString AT = new SerializedString("at");
    private static final SerializableString URLS = new SerializedString("urls");
    private static final SerializableString USER = new SerializedString("user");
    private static final SerializableString ID = new SerializedString("id");
    private static final SerializableString TRAITS = new SerializedString("traits");
    private static final SerializableString IDENTIFIED_AT = new SerializedString("identifiedAt");
    private static final SerializableString USER_IDS = new SerializedString("userIds");
    private static final SerializableString BROWSER = new SerializedString("browser");
    private static final SerializableString OS = new SerializedString("os");
    private static final SerializableString DEVICE = new SerializedString("device");
    private static final SerializableString COUNTRY = new SerializedString("country");
    private static final SerializableString SDK = new SerializedString("sdk");
    private static final SerializableString RELEASE = new SerializedString("release");
    private static final SerializableString TAGS = new SerializedString("tags");
    private static final SerializableString CUSTOM_EVENTS = new SerializedString("customEvents");
    private static final SerializableString WINDOWS = new SerializedString("windows");
    private static final SerializableString FINAL_WINDOWS = new SerializedString("finalWindows");
    private static final SerializableString CLOCK_IMPLAUSIBLE = new SerializedString("clockImplausible");

    public SessionFactsJson() {
        super(SessionFacts.class);
    }

    @Override
    public void serialize(SessionFacts facts, JsonGenerator json, SerializerProvider provider) throws IOException {
        json.writeStartObject(facts);
        number(FIRST_RECEIVED_AT, facts.firstReceivedAt(), json);
        number(LAST_RECEIVED_AT, facts.lastReceivedAt(), json);
        number(STARTED_AT, facts.startedAt(), json);
        number(LAST_EVENT_AT, facts.lastEventAt(), json);
        number(EVENTS, facts.events(), json);
        number(BYTES_RAW, facts.bytesRaw(), json);
        counts(facts.counts(), json);
        visit(ENTRY, facts.entry(), json);
        visit(EXIT, facts.exit(), json);
        texts(URLS, facts.urls(), json);
        user(facts.user(), json, provider);
        texts(USER_IDS, facts.userIds(), json);
        text(BROWSER, facts.browser(), json);
        text(OS, facts.os(), json);
        text(DEVICE, facts.device(), json);
        text(COUNTRY, facts.country(), json);
        text(SDK, facts.sdk(), json);
        text(RELEASE, facts.release(), json);
        json.writeFieldName(TAGS);
        json.writeStartObject();
        for (Map.Entry<String, String> tag : facts.tags().entrySet()) {
            json.writeStringField(tag.getKey(), tag.getValue());
        }
        json.writeEndObject();
        texts(CUSTOM_EVENTS, facts.customEvents(), json);
        texts(WINDOWS, facts.windows(), json);
        texts(FINAL_WINDOWS, facts.finalWindows(), json);
        json.writeFieldName(CLOCK_IMPLAUSIBLE);
        json.writeBoolean(facts.clockImplausible());
        json.writeEndObject();
    }

    private static void counts(EventCounts counts, JsonGenerator json) throws IOException {
        json.writeFieldName(COUNTS);
        json.writeStartObject();
        count(CLICKS, counts.clicks(), json);
        count(RAGE_CLICKS, counts.rageClicks(), json);
        count(DEAD_CLICKS, counts.deadClicks(), json);
        count(ERRORS, counts.errors(), json);
        count(CONSOLE_ERRORS, counts.consoleErrors(), json);
        count(FAILED_REQUESTS, counts.failedRequests(), json);
        count(NAVIGATIONS, counts.navigations(), json);
        count(CUSTOM_EVENTS, counts.customEvents(), json);
        json.writeEndObject();
    }

    private static void count(SerializableString name, int count, JsonGenerator json) throws IOException {
        if (count != 0) {
            number(name, count, json);
        }
    }

    private static void visit(SerializableString name, PageVisit visit, JsonGenerator json) throws IOException {
        if (visit != null) {
            json.writeFieldName(name);
            json.writeStartObject();
            text(URL, visit.url(), json);
            number(AT, visit.at(), json);
            json.writeEndObject();
        }
    }

    private static void user(User user, JsonGenerator json, SerializerProvider provider) throws IOException {
        if (user != null) {
            json.writeFieldName(USER);
            json.writeStartObject();
            text(ID, user.id(), json);
            json.writeFieldName(TRAITS);
            provider.defaultSerializeValue(user.traits(), json);
            number(IDENTIFIED_AT, user.identifiedAt(), json);
            json.writeEndObject();
        }
    }

    private static void number(SerializableString name, long number, JsonGenerator json) throws IOException {
        json.writeFieldName(name);
        json.writeNumber(number);
    }

    private static void text(SerializableString name, String text, JsonGenerator json) throws IOException {
        if (text != null) {
            json.writeFieldName(name);
            json.writeString(text);
        }
    }

    private static void texts(SerializableString name, Collection<String> texts, JsonGenerator json)
            throws IOException {
        json.writeFieldName(name);
        json.writeStartArray();
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }
}
