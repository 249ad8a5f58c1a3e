package io.tapedeck.store.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.merge.RepeatedEvents.Cluster;
import io.tapedeck.store.merge.RepeatedEvents.Piece;
import io.tapedeck.store.merge.RepeatedEvents.Rest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RepeatedEventsTest {
    private static final SimpleMeterRegistry REGISTRY = new SimpleMeterRegistry();
    private static final MergeMeters METERS = new MergeMeters(REGISTRY);

    @Test
    void aSuperset_keepsOnlyWhatIsNew() throws Exception {
        assertThat(kept(List.of(), TextSource.of("1:a", "2:b"), TextSource.of("1:a", "2:b", "3:c")))
                .containsExactly(List.of("1:a", "2:b"), List.of("3:c"));
    }

    @Test
    void otherContentAtTheSameTime_isKept() throws Exception {
        assertThat(kept(List.of(), TextSource.of("1:a", "2:b"), TextSource.of("1:x", "2:y")))
                .containsExactly(List.of("1:a", "2:b"), List.of("1:x", "2:y"));
    }

    @Test
    void aLineThatAChunkHasSeveralTimes_isThereAsOftenAsInTheChunkThatHasItMostOften() throws Exception {
        assertThat(kept(
                        List.of(),
                        TextSource.of("1:a", "1:a", "2:b"),
                        TextSource.of("1:a", "2:b", "2:b", "2:b"),
                        TextSource.of("1:a", "1:a", "1:a")))
                .containsExactly(List.of("1:a", "1:a", "2:b"), List.of("2:b", "2:b"), List.of("1:a"));
    }

    @Test
    void whatIsSettled_staysWholeAndCountsAsOne() throws Exception {
        List<TextSource> settled = List.of(TextSource.of("1:a", "1:a"), TextSource.of("1:a", "2:b"));

        assertThat(kept(settled, TextSource.of("1:a", "1:a", "1:a", "2:b", "3:c")))
                .containsExactly(List.of("3:c"));
    }

    @Test
    void chunksThatMeetNothing_areNotOpened() throws Exception {
        TextSource first = TextSource.of("1:a", "2:b");
        TextSource second = TextSource.of("3:c", "4:d");
        TextSource settled = TextSource.of("5:e", "9:f");

        assertThat(kept(List.of(settled), first, second)).containsExactly(List.of("1:a", "2:b"), List.of("3:c", "4:d"));
        assertThat(first.opened + second.opened + settled.opened).isZero();
    }

    @Test
    void rests_sayWhatIsLeft() throws Exception {
        TextSource first = TextSource.of("1:a", "4:b");
        TextSource second = TextSource.of("1:a", "3:c", "4:b", "9:d");
        Cluster cluster = RepeatedEvents.clusters(List.of(piece(first), piece(second)), List.of())
                .get(0);
        List<Rest> rests = RepeatedEvents.rests(cluster, METERS);

        assertThat(rests.get(1).firstAt()).isEqualTo(3);
        assertThat(rests.get(1).lastAt()).isEqualTo(9);
        assertThat(rests.get(1).repeated().stream().toArray()).containsExactly(0, 2);
    }

    @Test
    void moreLinesThanTheBound_areKept_andCounted() throws Exception {
        double before = unremembered();
        List<String> events = new ArrayList<>();
        for (int i = 0; i < RepeatedEvents.LINES_MAX + 10; i++) {
            events.add("1:" + i);
        }

        List<List<String>> kept = kept(List.of(), TextSource.of(events), TextSource.of(events));

        assertThat(kept.get(0)).hasSize(events.size());
        assertThat(kept.get(1)).hasSize(10);
        assertThat(unremembered() - before).isEqualTo(20);
    }

    @Test
    void asManyLinesAsTheBound_areRemembered_andNothingIsCounted() throws Exception {
        double before = unremembered();
        List<String> events = new ArrayList<>();
        for (int i = 0; i < RepeatedEvents.LINES_MAX; i++) {
            events.add("1:" + i);
        }

        assertThat(kept(List.of(), TextSource.of(events), TextSource.of(events)).get(1))
                .isEmpty();
        assertThat(unremembered()).isEqualTo(before);
    }

    private static double unremembered() {
        return REGISTRY.get("tapedeck.merge.unremembered").counter().count();
    }

    @Test
    void anyChunks_giveEachLineAsOftenAsTheChunkThatHasItMostOften() throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<TextSource> sources = new ArrayList<>();
            Map<String, Integer> most = new HashMap<>();
            for (int i = 0; i < 2 + random.nextInt(6); i++) {
                List<String> events = new ArrayList<>();
                Map<String, Integer> here = new HashMap<>();
                int from = random.nextInt(20);
                for (int k = 0; k < 1 + random.nextInt(8); k++) {
                    String event = (from + random.nextInt(6)) + ":" + random.nextInt(2);
                    events.add(event);
                    most.merge(event, here.merge(event, 1, Integer::sum), Math::max);
                }
                sources.add(TextSource.of(events));
            }

            Map<String, Integer> found = new HashMap<>();
            kept(List.of(), sources.toArray(TextSource[]::new))
                    .forEach(lines -> lines.forEach(line -> found.merge(line, 1, Integer::sum)));

            assertThat(found).as("seed %d", seed).isEqualTo(most);
        }
    }

    private static Piece piece(TextSource source) {
        return new Piece(source, 0, source.lines(), source.firstAt(), source.lastAt());
    }

    /** The events that count of each source. */
    private static List<List<String>> kept(List<TextSource> settled, TextSource... sources)
            throws InterruptedException {
        Map<LineSource, Rest> rests = new HashMap<>();
        List<Piece> pieces = new ArrayList<>();
        for (TextSource source : sources) {
            pieces.add(piece(source));
        }
        for (Cluster cluster : RepeatedEvents.clusters(pieces, settled)) {
            List<Rest> found = RepeatedEvents.rests(cluster, METERS);
            for (int i = 0; i < found.size(); i++) {
                rests.put(cluster.pieces().get(i).source(), found.get(i));
            }
        }
        List<List<String>> kept = new ArrayList<>();
        for (TextSource source : sources) {
            int opened = source.opened;
            byte[] json = source.open();
            source.opened = opened;
            List<String> lines = new ArrayList<>();
            String[] all = new String(json, StandardCharsets.UTF_8).split("\n");
            for (int i = 0; i < all.length; i++) {
                byte[] line = all[i].getBytes(StandardCharsets.UTF_8);
                if (rests.get(source) == null || !rests.get(source).repeated().get(i)) {
                    lines.add(TextSource.event(line, 0, line.length));
                }
            }
            kept.add(lines);
        }
        return kept;
    }
}
