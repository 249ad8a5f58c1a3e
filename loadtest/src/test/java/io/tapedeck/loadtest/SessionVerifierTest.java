package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.loadtest.SessionVerifier.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionVerifierTest {
    private static final long SHIFT_MS = 1_000_000;

    /** Three chunks of two events; the first two events are equal. */
    private final Recording recording = Recordings.of(
            Recordings.event(1_000, "twin"),
            Recordings.event(1_000, "twin"),
            Recordings.event(7_000, "a"),
            Recordings.event(7_001, "b"),
            Recordings.event(13_000, "c"),
            Recordings.event(13_001, "d"));

    private final PlayedWindow played =
            new PlayedWindow(recording, ChunkCutter.cut(recording), "s", "w1", 1_000 + SHIFT_MS);
    private final List<String> replay = new ArrayList<>();

    @BeforeEach
    void ackAll() {
        for (int slice = 0; slice < 3; slice++) {
            played.markSent(slice);
            played.markAcked(slice);
        }
        line(1_000, "twin");
        line(1_000, "twin");
        line(7_000, "a");
        line(7_001, "b");
        line(13_000, "c");
        line(13_001, "d");
    }

    private void line(long timestamp, String text) {
        replay.add(
                "{\"w\":\"w1\"," + Recordings.event(timestamp + SHIFT_MS, text).substring(1));
    }

    private Verdict verdict() {
        SessionVerifier verifier = new SessionVerifier(new PlayedSession("s").with(played));
        replay.forEach(line -> verifier.accept(line.getBytes(StandardCharsets.UTF_8)));
        return verifier.verdict();
    }

    @Test
    void wholeReplay_isSound() {
        assertThat(verdict()).isEqualTo(new Verdict(0, 0, 0, 0, 0));
        assertThat(verdict().sound()).isTrue();
    }

    @Test
    void eventBehindOneThatFollowsIt_isFound() {
        Collections.swap(replay, 4, 5);

        assertThat(verdict()).isEqualTo(new Verdict(0, 0, 0, 0, 1));
        assertThat(verdict().sound()).isFalse();
        assertThat(verdict().inAnyOrder().sound()).isTrue();
    }

    @Test
    void equalEvents_areInOrder_whicheverComesFirst() {
        Collections.swap(replay, 0, 1);

        assertThat(verdict().sound()).isTrue();
    }

    @Test
    void missingEvent_isFound() {
        replay.remove(3);

        assertThat(verdict()).isEqualTo(new Verdict(1, 1, 0, 0, 0));
    }

    @Test
    void missingTwin_isFound() {
        replay.remove(1);

        assertThat(verdict()).isEqualTo(new Verdict(1, 1, 0, 0, 0));
    }

    @Test
    void doubledEvent_isFound() {
        replay.add(replay.get(2));

        assertThat(verdict()).isEqualTo(new Verdict(0, 0, 1, 0, 0));
    }

    @Test
    void alteredEvent_isFound() {
        replay.set(2, replay.get(2).replace("\"a\"", "\"A\""));

        assertThat(verdict()).isEqualTo(new Verdict(1, 1, 0, 1, 0));
    }

    @Test
    void eventAtAnotherTimeOrInAnotherWindow_isFound() {
        replay.set(2, replay.get(2).replace("1007000", "1007001"));
        replay.set(4, replay.get(4).replace("\"w1\"", "\"w2\""));

        assertThat(verdict()).isEqualTo(new Verdict(2, 2, 0, 2, 0));
    }

    @Test
    void brokenLine_isFound() {
        replay.set(5, replay.get(5).substring(0, 20));

        assertThat(verdict()).isEqualTo(new Verdict(1, 1, 0, 1, 0));
    }

    @Test
    void chunkWithoutAnswer_mayBeThereOnceOrNot() {
        PlayedWindow unsure = new PlayedWindow(recording, ChunkCutter.cut(recording), "s", "w1", 1_000 + SHIFT_MS);
        unsure.markSent(0);
        unsure.markAcked(0);
        unsure.markSent(1);
        SessionVerifier without = new SessionVerifier(new PlayedSession("s").with(unsure));
        SessionVerifier twice = new SessionVerifier(new PlayedSession("s").with(unsure));
        for (int i : new int[] {0, 1}) {
            without.accept(replay.get(i).getBytes(StandardCharsets.UTF_8));
        }
        for (int i : new int[] {0, 1, 2, 3, 2, 3}) {
            twice.accept(replay.get(i).getBytes(StandardCharsets.UTF_8));
        }

        assertThat(without.verdict().sound()).isTrue();
        assertThat(twice.verdict()).isEqualTo(new Verdict(0, 0, 2, 0, 0));
    }

    @Test
    void windowsOfASession_areToldApart() {
        PlayedWindow other = new PlayedWindow(recording, ChunkCutter.cut(recording), "s", "w2", 1_000 + SHIFT_MS);
        other.markSent(2);
        other.markAcked(2);
        SessionVerifier verifier =
                new SessionVerifier(new PlayedSession("s").with(played).with(other));
        replay.forEach(line -> verifier.accept(line.getBytes(StandardCharsets.UTF_8)));

        assertThat(verifier.verdict()).isEqualTo(new Verdict(1, 2, 0, 0, 0));
    }
}
