package io.tapedeck.store.merge;

import io.tapedeck.store.Fixtures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Events at these times, in this order, as lines in memory; counts how often it was opened. */
final class TextSource implements LineSource {
    private final List<Long> times;
    private final byte[] json;
    int opened;

    private TextSource(List<Long> times, List<String> events) {
        this.times = times;
        this.json = events.stream()
                .map(event -> event + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Each event is its time and, behind a colon, its text: {@code 5:a}. */
    static TextSource of(String... events) {
        List<Long> times = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (String event : events) {
            long time = Long.parseLong(event.substring(0, event.indexOf(':')));
            times.add(time);
            lines.add(Fixtures.event(time, event));
        }
        return new TextSource(times, lines);
    }

    static TextSource of(List<String> events) {
        return of(events.toArray(String[]::new));
    }

    /** The event that a line was made of. */
    static String event(byte[] json, int from, int to) {
        String line = new String(json, from, to - from, StandardCharsets.UTF_8);
        int text = line.indexOf("\"text\":\"") + 8;
        return line.substring(text, line.indexOf('"', text));
    }

    int lines() {
        return times.size();
    }

    @Override
    public long firstAt() {
        return times.stream().mapToLong(time -> time).min().orElseThrow();
    }

    @Override
    public long lastAt() {
        return times.stream().mapToLong(time -> time).max().orElseThrow();
    }

    @Override
    public int rawLength() {
        return json.length;
    }

    @Override
    public boolean holds(int line) {
        return true;
    }

    @Override
    public byte[] open() {
        opened++;
        return json;
    }
}
