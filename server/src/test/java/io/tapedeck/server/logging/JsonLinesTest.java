package io.tapedeck.server.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.KeyValuePair;

class JsonLinesTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final LoggerContext context = new LoggerContext();
    private final JsonLines lines = new JsonLines();

    @BeforeEach
    void start() {
        context.setName("test");
        lines.setContext(context);
        lines.start();
    }

    @Test
    void aLine_hasTheEventsFieldsByName() {
        context.putProperty(JsonLines.NODE, "node1");
        LoggingEvent event = event(Level.WARN, "{} of {}", null, 1, 2);
        event.addKeyValuePair(new KeyValuePair("requestId", "r-1"));
        event.addKeyValuePair(new KeyValuePair("status", 503));

        JsonNode line = written(event);

        assertThat(line.path("timestamp").asLong()).isEqualTo(event.getTimeStamp());
        assertThat(line.path("level").asText()).isEqualTo("WARN");
        assertThat(line.path("loggerName").asText()).isEqualTo("a.b.C");
        assertThat(line.path("message").asText()).isEqualTo("1 of 2");
        assertThat(line.path("requestId").asText()).isEqualTo("r-1");
        assertThat(line.path("status").asText()).isEqualTo("503");
        assertThat(line.path("node").asText()).isEqualTo("node1");
        assertThat(line.has("throwable")).isFalse();
        assertThat(line.size()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a \"quoted\" word",
                "two\nlines\r\n",
                "tab\tnull\u0000bell\u0007",
                "back\\slash",
                "ü 漢 😀",
                "\u2028"
            })
    void anyText_isOneLineAndReadAsItWas(String text) {
        LoggingEvent event = event(Level.INFO, text, null);
        event.addKeyValuePair(new KeyValuePair("value", text));

        JsonNode line = written(event);

        assertThat(line.path("message").asText()).isEqualTo(text);
        assertThat(line.path("value").asText()).isEqualTo(text);
    }

    @Test
    void anError_comesWithItsStackAndItsCauses() {
        Exception failure = new IllegalStateException("outer", new IOException("in\"ner"));

        JsonNode line = written(event(Level.ERROR, "failed", failure));

        assertThat(line.at("/throwable/className").asText()).isEqualTo("java.lang.IllegalStateException");
        assertThat(line.at("/throwable/stepArray/0/className").asText()).isEqualTo(JsonLinesTest.class.getName());
        assertThat(line.at("/throwable/cause/message").asText()).isEqualTo("in\"ner");
    }

    private LoggingEvent event(Level level, String message, Throwable failure, Object... arguments) {
        return new LoggingEvent(getClass().getName(), context.getLogger("a.b.C"), level, message, failure, arguments);
    }

    private JsonNode written(LoggingEvent event) {
        String text = new String(lines.encode(event), StandardCharsets.UTF_8);
        assertThat(text.indexOf('\n')).as("one line").isEqualTo(text.length() - 1);
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }
}
