package io.tapedeck.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The browser recorder that this jar holds.
 *
 * @param version names its bytes, in {@code /recorder/{version}.js}
 * @param sri their hash, for the attribute {@code integrity}
 */
record RecorderRelease(String version, String sri) {
    private static final String FACTS = "/tapedeck/web/recorder.json";

    static RecorderRelease bundled() {
        try (InputStream facts = RecorderRelease.class.getResourceAsStream(FACTS)) {
            if (facts == null) {
                throw new IllegalStateException("the jar was built without " + FACTS);
            }
            JsonNode read = new ObjectMapper().readTree(facts);
            return new RecorderRelease(
                    read.required("version").asText(), read.required("sri").asText());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + FACTS, e);
        }
    }
}
