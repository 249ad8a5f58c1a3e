package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/**
 * What other recorders' SDKs send during a recording that is none: each body holds one captured item as often as it takes
 * to make up a size. The item is one that such an SDK sends much of.
 */
enum ForeignTraffic {
    /** Autocaptured events in a batch, as posthog-js packs them. */
    POSTHOG("posthog", "posthog-event.json", "/i/v0/e/") {
        @Override
        Upload upload(String key, int jsonBytesMin) {
            String json = "{\"api_key\":\"" + key + "\",\"batch\":[" + items(key, ",", jsonBytesMin) + "]}";
            return new Upload(path, utf8(json).length, gzip(utf8(json)));
        }
    },
    /** Autocaptured events in a form, as mixpanel-browser encodes them. */
    MIXPANEL("mixpanel", "mixpanel-event.json", "/track/?verbose=1&ip=1") {
        @Override
        Upload upload(String key, int jsonBytesMin) {
            byte[] json = utf8("[" + items(key, ",", jsonBytesMin) + "]");
            String base64 = Base64.getEncoder().encodeToString(json);
            return new Upload(
                    path, json.length, Buffer.buffer("data=" + URLEncoder.encode(base64, StandardCharsets.UTF_8)));
        }
    },
    /** A transaction with its spans in an envelope, as it is. */
    SENTRY("sentry", "sentry-span.json", "/api/1/envelope/?sentry_version=7&sentry_key=KEY") {
        @Override
        Upload upload(String key, int jsonBytesMin) {
            byte[] envelope = utf8("{\"sent_at\":\"2026-11-21T20:43:17.202Z\"}\n{\"type\":\"transaction\"}\n"
                    + "{\"type\":\"transaction\",\"spans\":[" + items(key, ",", jsonBytesMin) + "]}\n");
            return new Upload(path.replace("KEY", key), envelope.length, Buffer.buffer(envelope));
        }
    };

    private static final ObjectMapper JSON = new ObjectMapper();

    final String dialect;
    final String path;
    private final String item;

    ForeignTraffic(String dialect, String item, String path) {
        this.dialect = dialect;
        this.item = item;
        this.path = path;
    }

    /**
     * One upload.
     *
     * @param path with the query
     * @param jsonBytes of what the body is an encoding of
     * @param body as sent
     */
    record Upload(String path, int jsonBytes, Buffer body) {}

    /** An upload of at least that much JSON. */
    abstract Upload upload(String key, int jsonBytesMin);

    final String items(String key, String between, int bytesMin) {
        String one = captured(key);
        StringBuilder items = new StringBuilder(one);
        while (items.length() < bytesMin) {
            items.append(between).append(one);
        }
        return items.toString();
    }

    private String captured(String key) {
        try (InputStream in = ForeignTraffic.class.getResourceAsStream("/foreign/" + item)) {
            JsonNode captured = JSON.readTree(in);
            if (captured.path("properties").has("token")) {
                ((ObjectNode) captured.path("properties")).put("token", key);
            }
            return captured.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Buffer gzip(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }
}
