package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.loadtest.Manifest.Frame;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LivePictureTest {
    /** Three chunks of two events. */
    private final Recording recording = Recordings.of(
            Recordings.event(1_000, "a"),
            Recordings.event(1_001, "b"),
            Recordings.event(7_000, "c"),
            Recordings.event(7_001, "d"),
            Recordings.event(13_000, "e"),
            Recordings.event(13_001, "f"));

    private final PlayedWindow window = new PlayedWindow(recording, ChunkCutter.cut(recording), "s", "w1", 1_000);
    private final LiveCounts counts = new LiveCounts();
    private final LivePicture picture = new LivePicture(new PlayedSession("s").with(window), counts);

    @Test
    void everythingInItsOrder_isSound() {
        ack(0, 1, 2);
        picture.replace(manifest(1, frame("x", 0, 2)));
        take("x", 0, 1);
        picture.grow(manifest(2, frame("x", 0, 2), frame("y", 2, 6)));
        assertThat(picture.wanted()).extracting(Frame::id).containsExactly("y");
        assertThat(picture.hasAllAcked()).isFalse();
        take("y", 2, 3, 4, 5);

        assertThat(picture.hasAllAcked()).isTrue();
        assertThat(broken()).isEmpty();
        assertThat(result().path("chunks").asInt()).isEqualTo(3);
        assertThat(result().path("timed").asInt()).isEqualTo(3);
    }

    @Test
    void chunksThatCameInAnotherOrder_makeFramesThatOverlap_whichIsSound() {
        ack(0, 1, 2);
        picture.replace(manifest(1, frame("x", 0, 6)));
        take("x", 0, 1, 4, 5);
        picture.replace(manifest(2, frame("x", 0, 6), frame("y", 2, 4)));
        take("y", 2, 3);

        assertThat(broken()).isEmpty();
    }

    @Test
    void chunkThatWasNotAcked_mayBeMissing() {
        ack(0, 1);
        window.markSent(2);
        picture.replace(manifest(1, frame("x", 0, 4)));
        take("x", 0, 1, 2, 3);

        assertThat(picture.hasAllAcked()).isTrue();
        assertThat(broken()).isEmpty();
    }

    @Test
    void missingChunk_isFound() {
        ack(0, 1, 2);
        picture.replace(manifest(1, frame("x", 0, 4)));
        take("x", 0, 1, 2, 3);

        assertThat(picture.hasAllAcked()).isFalse();
        assertThat(broken()).containsExactly("what live viewers saw is not what was acknowledged");
        assertThat(result().path("ackedButMissing").asInt()).isEqualTo(1);
        assertThat(result().path("eventsMissing").asInt()).isEqualTo(2);
    }

    @Test
    void eventOfTwoFrames_isFound_thoughOneOfThemGoesLater() {
        ack(0, 1, 2);
        picture.replace(manifest(1, frame("x", 0, 4), frame("y", 2, 6)));
        take("x", 0, 1, 2, 3);
        take("y", 2, 3, 4, 5);
        picture.replace(manifest(2, frame("z", 0, 6)));
        take("z", 0, 1, 2, 3, 4, 5);

        assertThat(broken()).containsExactly("what live viewers saw is not what was acknowledged");
        assertThat(result().path("duplicated").asInt()).isEqualTo(2);
    }

    @Test
    void orderOfEventsAndOfFrames_isHeld() {
        ack(0, 1, 2);
        picture.replace(manifest(1, frame("y", 2, 6), frame("x", 0, 2)));
        assertThat(result().path("outOfOrder").asInt()).isEqualTo(1);
        take("x", 1, 0);
        assertThat(result().path("outOfOrder").asInt()).isEqualTo(2);
        take("y", 2, 3, 4, 5);

        assertThat(broken()).containsExactly("live viewers saw events out of order");
    }

    private void ack(int... slices) {
        Arrays.stream(slices).forEach(slice -> {
            window.markSent(slice);
            window.markAcked(slice);
        });
    }

    private Frame frame(String id, int from, int to) {
        return new Frame(
                id,
                "w1",
                recording.events().get(from).timestamp(),
                recording.events().get(to - 1).timestamp(),
                to - from,
                100,
                100,
                -1);
    }

    private static Manifest manifest(long rev, Frame... frames) {
        return new Manifest("s", rev, false, List.of(new Manifest.Window("w1", 0, 99_999, List.of(frames))));
    }

    private void take(String frame, int... events) {
        Frame wanted = picture.wanted().stream()
                .filter(one -> one.id().equals(frame))
                .findFirst()
                .orElseThrow();
        long[] identities = IntStream.of(events).mapToLong(window::identity).toArray();
        assertThat(picture.take(wanted, identities, System.nanoTime())).isTrue();
    }

    private List<String> broken() {
        picture.end(0);
        return counts.broken();
    }

    private ObjectNode result() {
        ObjectNode node = new ObjectMapper().createObjectNode();
        counts.addTo(node);
        return node;
    }
}
