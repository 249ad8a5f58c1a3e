package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PlayedWindowTest {
    @Test
    void envelope_holdsTheEventsAtTheirNewTimes() throws IOException {
        Recording recording = Recordings.of(
                "{\"type\":2,\"timestamp\":1000,\"data\":{\"timestamp\":1000}}",
                Recordings.event(1_005, "é"),
                Recordings.event(9_000, "last"));
        PlayedWindow played = new PlayedWindow(recording, ChunkCutter.cut(recording), "s1", "w1", 2_000_000);

        JsonNode first = new ObjectMapper().readTree(played.envelope(0, 77, "balanced"));
        JsonNode last = new ObjectMapper().readTree(played.envelope(1, 78, "balanced"));

        assertThat(first.path("session").asText()).isEqualTo("s1");
        assertThat(first.path("window").asText()).isEqualTo("w1");
        assertThat(first.path("seq").asInt()).isZero();
        assertThat(first.path("sentAt").asLong()).isEqualTo(77);
        assertThat(first.has("final")).isFalse();
        assertThat(first.path("events")).hasSize(2);
        assertThat(first.at("/events/0/timestamp").asLong()).isEqualTo(2_000_000);
        assertThat(first.at("/events/0/data/timestamp").asLong()).isEqualTo(1_000);
        assertThat(first.at("/events/1/timestamp").asLong()).isEqualTo(2_000_005);
        assertThat(first.at("/events/1/data/payload").asText()).isEqualTo("é");
        assertThat(last.path("seq").asInt()).isEqualTo(1);
        assertThat(last.path("final").asBoolean()).isTrue();
        assertThat(last.at("/events/0/timestamp").asLong()).isEqualTo(2_008_000);
    }
}
