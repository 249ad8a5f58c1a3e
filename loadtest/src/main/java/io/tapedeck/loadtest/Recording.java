package io.tapedeck.loadtest;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A recorded session in memory, in the order of its events' times. Immutable. */
final class Recording {
    private static final String BUNDLED = "/recordings/sbadmin.ndjson.zst";
    private static final String SMALL = "/recordings/canary.ndjson";
    private static final int WINDOW_LOG_MAX = 27;
    private static final long BYTES_MAX = 512L * 1024 * 1024;

    private final List<Event> events;

    private Recording(List<Event> events) {
        this.events = events;
    }

    /** One rrweb event: its JSON, which nobody changes, and what it says. */
    static final class Event {
        private final byte[] json;
        private final Meaning meaning;

        private Event(byte[] json, Meaning meaning) {
            this.json = json;
            this.meaning = meaning;
        }

        int bytes() {
            return json.length;
        }

        long timestamp() {
            return meaning.timestamp();
        }

        /** What the event is in a replay that starts {@code shiftMs} later. */
        long identity(long shiftMs, String window) {
            return Meaning.at(meaning.hash(), meaning.timestamp() + shiftMs, window);
        }

        void write(long shiftMs, ByteArrayOutputStream out) {
            int start = meaning.timestampStart();
            int end = start + Long.toString(meaning.timestamp()).length();
            out.write(json, 0, start);
            out.writeBytes(Long.toString(meaning.timestamp() + shiftMs).getBytes(StandardCharsets.US_ASCII));
            out.write(json, end, json.length - end);
        }
    }

    /** A visit of a minute to a site with several pages. */
    static Recording bundled() {
        try (InputStream in = Recording.class.getResourceAsStream(BUNDLED)) {
            return read(new ZstdInputStream(in).setLongMax(WINDOW_LOG_MAX));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A made-up visit of some seconds to a page with a button: 3 KB in three chunks. */
    static Recording small() {
        try (InputStream in = Recording.class.getResourceAsStream(SMALL)) {
            return read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param file NDJSON, one rrweb event a line; compressed if its name ends in {@code .zst} */
    static Recording read(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return read(file.toString().endsWith(".zst") ? new ZstdInputStream(in).setLongMax(WINDOW_LOG_MAX) : in);
        }
    }

    static Recording read(InputStream ndjson) throws IOException {
        List<Event> events = new ArrayList<>();
        long bytes = 0;
        LineReader lines = new LineReader(ndjson);
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            bytes += line.length;
            if (bytes > BYTES_MAX) {
                throw new IOException("a recording may have at most " + BYTES_MAX + " bytes");
            }
            if (line.length > 0) {
                events.add(new Event(line, Meaning.of(line)));
            }
        }
        if (events.isEmpty()) {
            throw new IOException("the recording has no events");
        }
        events.sort(Comparator.comparingLong(Event::timestamp));
        return new Recording(List.copyOf(events));
    }

    List<Event> events() {
        return events;
    }

    long startedAt() {
        return events.get(0).timestamp();
    }

    long durationMs() {
        return events.get(events.size() - 1).timestamp() - startedAt();
    }
}
