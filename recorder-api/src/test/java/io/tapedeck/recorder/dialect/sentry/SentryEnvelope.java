package io.tapedeck.recorder.dialect.sentry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.DeflaterOutputStream;

/** Puts envelopes together as the SDK does, and as it does not. */
public final class SentryEnvelope {
    public static final String REPLAY = "36f8389d07d645888b8d6abf1280aeaa";
    public static final String EVENT = "[{\"type\":0,\"data\":{},\"timestamp\":1795293800000}]";

    private static final String HEADER = "{\"event_id\":\"" + REPLAY
            + "\",\"sent_at\":\"2026-11-21T20:43:20.416Z\",\"sdk\":{\"name\":\"sentry.javascript.browser\","
            + "\"version\":\"11.12.0\"}}";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public static SentryEnvelope begin() {
        return begin(HEADER);
    }

    public static SentryEnvelope begin(String header) {
        return new SentryEnvelope().text(header + "\n");
    }

    /** An envelope with one recording. */
    public static byte[] replay(String events) {
        return begin().replayEvent("").recording(0, zlib(events)).bytes();
    }

    /** @param more members, each with a comma before it */
    public SentryEnvelope replayEvent(String more) {
        return item("replay_event", replayEventJson(more));
    }

    public static String replayEventJson(String more) {
        return "{\"type\":\"replay_event\",\"replay_start_timestamp\":1795293794.2726998,\"timestamp\":1795293800.413,"
                + "\"error_ids\":[],\"urls\":[\"http://a/\"],\"replay_id\":\"" + REPLAY
                + "\",\"segment_id\":0,\"replay_type\":\"session\"" + more + "}";
    }

    public SentryEnvelope recording(int segment, byte[] payload) {
        byte[] number = utf8("{\"segment_id\":" + segment + "}\n");
        text("{\"type\":\"replay_recording\",\"length\":" + (number.length + payload.length) + "}\n");
        return raw(number).raw(payload).text("\n");
    }

    /** An item without length. */
    public SentryEnvelope item(String type, String payload) {
        return text("{\"type\":\"" + type + "\"}\n" + payload + "\n");
    }

    public SentryEnvelope text(String text) {
        return raw(utf8(text));
    }

    public SentryEnvelope raw(byte[] raw) {
        bytes.writeBytes(raw);
        return this;
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }

    public static byte[] zlib(String text) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            out.write(utf8(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
