package io.tapedeck.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a real client sent while a page was recorded, byte for byte, and the events that must come of it. The captures
 * are described in {@code captures/README.md} of the test resources.
 *
 * @param requests everything posted, in the order of arrival
 * @param expected the rrweb events in their order of arrival, by session or by {@code session__window} where the client
 *     names windows
 */
public record Capture(List<Request> requests, Map<String, List<JsonNode>> expected) {
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxStringLength(64 << 20).build())
            .build());

    /**
     * One POST.
     *
     * @param url path and query as sent
     * @param headers names and values, without those that the transport makes
     */
    public record Request(String url, List<Header> headers, ByteBuffer body) {
        /** A copy of the body. */
        public byte[] bytes() {
            byte[] bytes = new byte[body.remaining()];
            body.duplicate().get(bytes);
            return bytes;
        }

        /** The path without query. */
        public String path() {
            return url.contains("?") ? url.substring(0, url.indexOf('?')) : url;
        }

        /** The query, not decoded; empty if there is none. */
        public String query() {
            return url.contains("?") ? url.substring(url.indexOf('?') + 1) : "";
        }

        /** A header's value, or null. */
        public String header(String name) {
            return headers.stream()
                    .filter(header -> header.name().equalsIgnoreCase(name))
                    .map(Header::value)
                    .findFirst()
                    .orElse(null);
        }
    }

    /** A header as sent. */
    public record Header(String name, String value) {}

    /** @param name such as {@code posthog} or {@code mixpanel-v-body} */
    public static Capture named(String name) {
        try (InputStream file = Capture.class.getResourceAsStream("/captures/" + name + ".json.zst")) {
            if (file == null) {
                throw new FileNotFoundException("no capture " + name);
            }
            return of(JSON.readTree(new ZstdInputStream(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those posted to a path. */
    public List<Request> postedTo(String path) {
        return requests.stream().filter(request -> request.path().equals(path)).toList();
    }

    private static Capture of(JsonNode file) throws IOException {
        List<Request> requests = new ArrayList<>();
        for (JsonNode request : file.path("requests")) {
            List<Header> headers = new ArrayList<>();
            for (JsonNode header : request.path("headers")) {
                headers.add(new Header(header.get(0).asText(), header.get(1).asText()));
            }
            requests.add(new Request(
                    request.path("url").asText(),
                    headers,
                    ByteBuffer.wrap(request.path("body").binaryValue()).asReadOnlyBuffer()));
        }
        Map<String, List<JsonNode>> expected = new LinkedHashMap<>();
        for (JsonNode recording : file.path("expected")) {
            List<JsonNode> events = new ArrayList<>();
            recording.path("events").forEach(events::add);
            expected.put(recording.path("recording").asText(), events);
        }
        return new Capture(requests, expected);
    }
}
