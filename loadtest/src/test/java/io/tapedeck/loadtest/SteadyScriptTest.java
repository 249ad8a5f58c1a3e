package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tapedeck.loadtest.ChunkCutter.Slice;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class SteadyScriptTest {
    private static final long START = 1_794_116_400_000L;
    private static final int CHUNKS = 12;

    @Test
    void bodies_areGzipOfTheWindowsEnvelopes() throws IOException {
        SteadyScript script = SteadyScript.of(Recording.bundled(), CHUNKS, START, ChunkCutter.CHUNK_MS);
        PlayedWindow window = new PlayedWindow(
                script.recording(), script.slices(), "s1", "w1", script.startsAt(System.currentTimeMillis()));

        for (int slice = 0; slice < CHUNKS; slice++) {
            Script.Body body = script.body(window, slice, 77, "balanced");
            byte[] json =
                    new GZIPInputStream(new ByteArrayInputStream(body.gzip().getBytes())).readAllBytes();

            assertThat(json).isEqualTo(window.envelope(slice, 77, "balanced")).hasSize(body.rawBytes());
            assertThat(json.length).isBetween(3 * ChunkCutter.CHUNK_BYTES / 4, ChunkCutter.CHUNK_BYTES + 1_024);
        }
    }

    @Test
    void events_areNoLaterThanTheirChunk() throws IOException {
        SteadyScript script = SteadyScript.of(Recording.bundled(), CHUNKS, START, ChunkCutter.CHUNK_MS);

        long before = START - ChunkCutter.CHUNK_MS;
        for (Slice slice : script.slices()) {
            long dueAt = START + slice.sendAfterMs();
            for (Recording.Event event : script.recording().events().subList(slice.from(), slice.to())) {
                assertThat(event.timestamp()).isBetween(before, dueAt);
                before = event.timestamp();
            }
        }
        assertThat(script.slices().get(CHUNKS - 1).to())
                .isEqualTo(script.recording().events().size());
    }

    @Test
    void aVisit_beginsWithAFullSnapshot() throws IOException {
        SteadyScript script = SteadyScript.of(Recording.bundled(), 1, START, ChunkCutter.CHUNK_MS);
        PlayedWindow window = new PlayedWindow(script.recording(), script.slices(), "s1", "w1", script.startsAt(0));

        JsonNode events =
                new ObjectMapper().readTree(window.envelope(0, 77, "balanced")).path("events");

        assertThat(events.path(0).path("type").asInt()).isEqualTo(4);
        assertThat(events.path(1).path("type").asInt()).isEqualTo(2);
    }

    @Test
    void aRecordingWithoutSmallEvents_isRefused() {
        Recording large = Recordings.of(Recordings.event(1_000, "x".repeat(6_000)));

        assertThatThrownBy(() -> SteadyScript.of(large, CHUNKS, START, ChunkCutter.CHUNK_MS))
                .isInstanceOf(IOException.class);
    }
}
