package io.tapedeck.loadtest.codec;

import com.github.luben.zstd.ZstdInputStream;
import io.tapedeck.store.event.EventHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * One recorded session, in memory, as its recorder made it. Immutable.
 *
 * @param name of the file, without its ending
 * @param events in the order of the file
 */
record CorpusFile(String name, List<Event> events) {
    private static final String ENDING = ".ndjson.zst";
    private static final int WINDOW_LOG_MAX = 27;
    /** The only window there is. */
    static final String WINDOW = "w1";

    /** One rrweb event: its JSON, which nobody changes, and what it says. */
    static final class Event {
        private final byte[] json;
        private final long timestamp;
        private final boolean isFullSnapshot;

        private Event(byte[] json, EventHead head) {
            this.json = json;
            this.timestamp = head.timestamp();
            this.isFullSnapshot = head.type() == EventHead.FULL_SNAPSHOT;
        }

        long timestamp() {
            return timestamp;
        }
    }

    /** The recordings in a folder, by name. */
    static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(ENDING))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new IOException("there is no *" + ENDING + " in " + folder);
            }
            return found;
        }
    }

    static CorpusFile read(Path file) throws IOException {
        String fileName = file.getFileName().toString();
        try (InputStream in = new ZstdInputStream(Files.newInputStream(file)).setLongMax(WINDOW_LOG_MAX)) {
            byte[] ndjson = in.readAllBytes();
            List<Event> events = new ArrayList<>();
            EventHead head = new EventHead();
            int from = 0;
            for (int at = 0; at < ndjson.length; at++) {
                if (ndjson[at] == '\n') {
                    head.read(ndjson, from, at);
                    byte[] json = Arrays.copyOfRange(ndjson, from, at);
                    events.add(new Event(json, head));
                    from = at + 1;
                }
            }
            return new CorpusFile(fileName.substring(0, fileName.length() - ENDING.length()), List.copyOf(events));
        }
    }

    /** Every event a line. */
    byte[] ndjson() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Event event : events) {
            all.writeBytes(event.json);
            all.write('\n');
        }
        return all.toByteArray();
    }

    /** Some events as a JSON array. */
    static byte[] array(List<Event> some) {
        ByteArrayOutputStream array = new ByteArrayOutputStream();
        char separator = '[';
        for (Event event : some) {
            array.write(separator);
            array.writeBytes(event.json);
            separator = ',';
        }
        array.write(']');
        return array.toByteArray();
    }

    /** Some events as PostHog writes them: an array of the window and the event a line. */
    static byte[] linesWithWindow(List<Event> some) {
        byte[] start = ("[\"" + WINDOW + "\",").getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (Event event : some) {
            lines.writeBytes(start);
            lines.writeBytes(event.json);
            lines.write(']');
            lines.write('\n');
        }
        return lines.toByteArray();
    }

    /** The events in slices of so much time; no slice is empty. */
    List<List<Event>> slices(long sliceMs) {
        List<List<Event>> slices = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= events.size(); i++) {
            if (i == events.size()
                    || events.get(i).timestamp() - events.get(from).timestamp() >= sliceMs) {
                slices.add(events.subList(from, i));
                from = i;
            }
        }
        return slices;
    }

    /** The events in slices that each begin with a full snapshot, but for the first. */
    List<List<Event>> slicesBySnapshot() {
        List<List<Event>> slices = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= events.size(); i++) {
            if (i == events.size() || events.get(i).isFullSnapshot) {
                slices.add(events.subList(from, i));
                from = i;
            }
        }
        return slices;
    }
}
