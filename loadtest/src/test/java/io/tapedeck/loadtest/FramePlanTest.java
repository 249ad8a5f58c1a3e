package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.loadtest.Manifest.Frame;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramePlanTest {
    private static final long MB = 1024 * 1024;

    /** Two snapshots in five frames; the second begins the fourth frame. */
    private final List<Frame> frames = List.of(
            frame("a", 0, 99, 5, MB),
            frame("b", 100, 199, -1, MB),
            frame("c", 200, 299, -1, MB),
            frame("d", 300, 399, 300, MB),
            frame("e", 400, 499, -1, MB));

    @Test
    void needed_startsAtTheLastSnapshotBeforeTheInstant_andEndsWithIt() {
        assertThat(ids(FramePlan.needed(frames, 250))).isEqualTo("abc");
    }

    @Test
    void needed_takesTheFrameBeforeASnapshotThatBeginsAFrame_forItsMetaEvent() {
        assertThat(ids(FramePlan.needed(frames, 450))).isEqualTo("cde");
    }

    @Test
    void needed_beforeTheFirstSnapshot_readsUpToIt() {
        List<Frame> late = List.of(frame("a", 0, 99, -1, MB), frame("b", 100, 199, 150, MB));

        assertThat(ids(FramePlan.needed(late, 50))).isEqualTo("ab");
    }

    @Test
    void opening_ofASmallSession_isAllOfIt() {
        assertThat(ids(FramePlan.opening(frames, 0))).isEqualTo("abcde");
    }

    @Test
    void opening_ofALargeSession_readsTwoMinutesAhead() {
        List<Frame> large = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            large.add(frame(
                    String.valueOf((char) ('a' + i)), i * 60_000L, i * 60_000L + 59_999, i == 0 ? 1 : -1, 7 * MB));
        }

        assertThat(ids(FramePlan.opening(large, 0))).isEqualTo("abc");
    }

    @Test
    void requests_areBoundedByBytesAndCount() {
        List<Frame> many = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            many.add(frame("f" + i, i, i, i, 1_000));
        }

        assertThat(FramePlan.requests(many)).extracting(List::size).containsExactly(24, 24, 2);
        assertThat(FramePlan.requests(List.of(
                        frame("a", 0, 1, 0, 5 * MB), frame("b", 1, 2, -1, 5 * MB), frame("c", 2, 3, -1, 20 * MB))))
                .extracting(FramePlanTest::ids)
                .containsExactly("a", "b", "c");
        assertThat(FramePlan.requests(List.of())).isEmpty();
    }

    private static String ids(List<Frame> frames) {
        return String.join("", frames.stream().map(Frame::id).toList());
    }

    private static Frame frame(String id, long firstAt, long lastAt, long firstSnapshotAt, long bytesRaw) {
        return new Frame(id, "w", firstAt, lastAt, 10, bytesRaw / 10, bytesRaw, firstSnapshotAt);
    }
}
