package io.tapedeck.store.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeMergeTest {
    private static final SimpleMeterRegistry REGISTRY = new SimpleMeterRegistry();
    private static final MergeMeters METERS = new MergeMeters(REGISTRY);

    @Test
    void each_ofSourcesThatOverlap_givesAllLinesInTheOrderOfTime() throws Exception {
        assertThat(merged(
                        Long.MAX_VALUE,
                        TextSource.of("5:a", "9:b", "20:c"),
                        TextSource.of("1:d", "9:e", "10:f"),
                        TextSource.of("30:g")))
                .containsExactly("1:d", "5:a", "9:e", "9:b", "10:f", "20:c", "30:g");
    }

    @Test
    void each_ofLinesOfTheSameTime_keepsTheirOrder() throws Exception {
        assertThat(merged(Long.MAX_VALUE, TextSource.of("1:meta", "1:snapshot", "1:x"), TextSource.of("1:y")))
                .containsExactly("1:meta", "1:snapshot", "1:x", "1:y");
    }

    @Test
    void each_ofASourceOutOfOrder_sortsIt() throws Exception {
        assertThat(merged(Long.MAX_VALUE, TextSource.of("7:a", "3:b", "7:c", "5:d"), TextSource.of("4:e")))
                .containsExactly("3:b", "4:e", "5:d", "7:a", "7:c");
    }

    @Test
    void next_opensASourceOnlyWhenItsTimeHasCome() throws Exception {
        TextSource late = TextSource.of("10:b");
        TimeMerge merge = new TimeMerge(List.of(late, TextSource.of("1:a", "2:a")), Long.MAX_VALUE, METERS);

        merge.next((json, from, to) -> {});
        assertThat(late.opened).isZero();
        merge.each((json, from, to) -> {});

        assertThat(late.opened).isEqualTo(1);
        assertThat(merge.isOver()).isTrue();
        assertThat(merge.next((json, from, to) -> {})).isFalse();
    }

    @Test
    void each_beyondTheBound_losesNothing_andIsCounted() throws Exception {
        double before = delayed();
        assertThat(merged(1, TextSource.of("1:a", "5:b"), TextSource.of("2:c", "3:d"), TextSource.of("4:e")))
                .containsExactly("1:a", "5:b", "2:c", "3:d", "4:e");
        assertThat(delayed() - before).isEqualTo(1);
    }

    @Test
    void each_withinTheBound_countsNothing() throws Exception {
        double before = delayed();
        TextSource first = TextSource.of("1:a", "5:b");
        TextSource second = TextSource.of("2:c", "3:d");
        assertThat(merged(first.rawLength() + second.rawLength(), first, second, TextSource.of("6:e")))
                .containsExactly("1:a", "2:c", "3:d", "5:b", "6:e");
        assertThat(delayed()).isEqualTo(before);
    }

    private static double delayed() {
        return REGISTRY.get("tapedeck.merge.delayed").counter().count();
    }

    private static List<String> merged(long bytesMax, TextSource... sources) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        new TimeMerge(List.of(sources), bytesMax, METERS)
                .each((json, from, to) -> lines.add(TextSource.event(json, from, to)));
        return lines;
    }
}
