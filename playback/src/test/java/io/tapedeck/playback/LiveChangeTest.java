package io.tapedeck.playback;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.Manifest;
import io.tapedeck.store.WindowId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of the way from one manifest to a later one. */
class LiveChangeTest {
    private final Manifest before = Samples.live(Samples.UNKNOWN, 4, 3, false);

    @Test
    void framesAtTheEndOfTheirWindows_areTold() {
        Manifest after = Samples.live(Samples.UNKNOWN, 6, 5, false);

        LiveChange change = LiveChange.between(before, after);

        assertThat(change.rev()).isEqualTo(6);
        assertThat(change.since()).isEqualTo(4);
        assertThat(change.grown().frames())
                .extracting(ManifestView.FrameView::id)
                .containsExactly("b3", "b4");
        assertThat(change.grown().windows()).isEqualTo(ManifestView.of(after).windows());
        assertThat(change.grown().session()).isEqualTo(ManifestView.of(after).session());
    }

    @Test
    void framesOfSeveralWindows_areToldWhereverTheyStand() {
        Manifest after = with(
                before, frame("b0", "w1"), frame("a0", "w0"), frame("b1", "w1"), frame("b2", "w1"), frame("b3", "w1"));

        assertThat(LiveChange.between(before, after).grown().frames())
                .extracting(ManifestView.FrameView::id)
                .containsExactly("a0", "b3");
    }

    @Test
    void noFrameAdded_isAChangeAllTheSame() {
        LiveChange change = LiveChange.between(before, Samples.live(Samples.UNKNOWN, 5, 3, false));

        assertThat(change.since()).isEqualTo(4);
        assertThat(change.grown().frames()).isEmpty();
    }

    @Test
    void frameBetweenOthers_isNotTold() {
        assertBare(with(before, frame("b0", "w1"), frame("late", "w1"), frame("b1", "w1"), frame("b2", "w1")));
    }

    @Test
    void frameThatIsGone_isNotTold() {
        assertBare(with(before, frame("b0", "w1"), frame("b1", "w1")));
        assertBare(with(before, frame("r0", "w1"), frame("r1", "w1"), frame("r2", "w1"), frame("r3", "w1")));
    }

    @Test
    void frameThatHasOtherEvents_isNotTold() {
        Manifest.Frame old = before.frames().get(2);
        Manifest.Frame cut = new Manifest.Frame(
                old.id(), old.window(), old.firstAt(), old.lastAt(), 9, old.bytes(), 900, old.fullSnapshotTimes());

        assertBare(with(before, frame("b0", "w1"), frame("b1", "w1"), cut));
    }

    @Test
    void unknownBefore_isNotTold() {
        assertThat(LiveChange.between(null, before)).isEqualTo(new LiveChange(4, null, null));
    }

    private void assertBare(Manifest after) {
        LiveChange change = LiveChange.between(before, after);
        assertThat(change).isEqualTo(new LiveChange(after.session().rev(), null, null));
    }

    /** One of the frames before, or a new one. */
    private Manifest.Frame frame(String id, String window) {
        return before.frames().stream()
                .filter(frame -> frame.id().equals(id))
                .findFirst()
                .orElseGet(() -> new Manifest.Frame(
                        id, new WindowId(window), Samples.START, Samples.START + 1, 1, 1, 1, List.of()));
    }

    private static Manifest with(Manifest like, Manifest.Frame... frames) {
        List<Manifest.Frame> all = new ArrayList<>(Arrays.asList(frames));
        return new Manifest(Samples.live(Samples.UNKNOWN, 5, 3, false).session(), 0, like.windows(), all, like.gaps());
    }
}
