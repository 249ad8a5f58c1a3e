package io.tapedeck.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** A session as a recorder sends it: its events, and how they are cut into chunks. */
record SentSession(String id, String window, List<JsonNode> events) {
    static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(64 << 20)
                    .maxNestingDepth(5_000)
                    .build())
            .build());

    /** The events of a recording of the corpus. */
    static SentSession ofCorpus(String name) {
        try (InputStream file = open("/corpus/" + name + ".ndjson.zst");
                ZstdInputStream lines = new ZstdInputStream(file)) {
            lines.setLongMax(27);
            List<JsonNode> events = new ArrayList<>();
            JSON.readerFor(JsonNode.class).<JsonNode>readValues(lines).forEachRemaining(events::add);
            return new SentSession(name, "w1", events);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the plain rrweb recorder sent in a captured session with four page loads. */
    static SentSession ofCapture() {
        try (InputStream file = new GZIPInputStream(open("/rrweb/session.events.json.gz"))) {
            List<JsonNode> events = new ArrayList<>();
            JSON.readTree(file).forEach(events::add);
            return new SentSession("capture", "w1", events);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One full snapshot of 20 MB, as a page with that much inlined CSS gives. */
    static SentSession ofOneLargeEvent() {
        StringBuilder css = new StringBuilder(21 << 20);
        for (int rule = 0; css.length() < 20 << 20; rule++) {
            css.append(".rule-")
                    .append(rule)
                    .append("{width:")
                    .append(rule * 7919L % 10_007)
                    .append("px}\n");
        }
        ObjectNode event = JSON.createObjectNode().put("type", 2).put("timestamp", 1_795_294_113_300L);
        event.putObject("data").putObject("node").put("type", 0).put("id", 1).put("cssText", css.toString());
        return new SentSession("large", "w1", List.of(event));
    }

    /** The bodies to post, in order, of at most {@code eventsMax} events each. */
    List<byte[]> chunks(int eventsMax) {
        List<byte[]> chunks = new ArrayList<>();
        for (int from = 0; from < events.size(); from += eventsMax) {
            chunks.add(chunk(chunks.size(), events.subList(from, Math.min(events.size(), from + eventsMax))));
        }
        return chunks;
    }

    private byte[] chunk(int seq, List<JsonNode> part) {
        ObjectNode envelope = JSON.createObjectNode()
                .put("session", id)
                .put("window", window)
                .put("seq", seq)
                .put("sentAt", System.currentTimeMillis());
        envelope.putObject("user")
                .put("id", "user-of-" + id)
                .putObject("traits")
                .put("plan", "pro");
        envelope.putObject("masking").put("level", "balanced").put("version", 1);
        envelope.putObject("tags").put("suite", "whole-path");
        ArrayNode array = envelope.putArray("events");
        part.forEach(array::add);
        try {
            return JSON.writeValueAsBytes(envelope);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] gzip(byte[] body) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    /** The events of an NDJSON answer, each without the window that it must carry. */
    List<JsonNode> parse(byte[] ndjson) {
        List<JsonNode> read = new ArrayList<>();
        for (String line : new String(ndjson, StandardCharsets.UTF_8).split("\n")) {
            try {
                ObjectNode event = (ObjectNode) JSON.readTree(line);
                if (!window.equals(event.remove("w").asText())) {
                    throw new AssertionError("an event of another window");
                }
                read.add(event);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return read;
    }

    private static InputStream open(String resource) {
        InputStream stream = SentSession.class.getResourceAsStream(resource);
        if (stream == null) {
            throw new AssertionError("no resource " + resource);
        }
        return stream;
    }

    @Override
    public String toString() {
        return id;
    }
}
