package io.tapedeck.recorder.privacy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tapedeck.recorder.inflate.MemoryBudget;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.ScanLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Writes events anew without what is not to be stored. An event with nothing of the kind stays byte for byte as it was sent;
 * one event at a time is held as a tree. Thread-safe.
 */
final class Redactor {
    private static final int DEPTH_MAX = ScanLimits.DEFAULT.depthMax();

    /** What a tree takes for each object, with some members, array, and member or element behind the first. */
    private static final int OBJECT_BYTES = 200;

    private static final int ARRAY_BYTES = 110;
    private static final int VALUE_BYTES = 80;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    // Half a surrogate pair can be written as an escape only.
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build())
            .build();

    /** What becomes of an event; null: it stays. */
    private interface Rewriting {
        byte[] rewrite(byte[] bytes, int from, int to) throws IOException;
    }

    /**
     * A copy of a JSON array of events, array-backed, with the pages in it masked.
     *
     * @param budget on which the tree of an event is reserved while there is one
     * @throws IOException if an event is nested too deep to be held as a tree
     */
    ByteBuffer masked(ByteBuffer events, MaskingLevel level, MemoryBudget budget) throws IOException {
        EventMask mask = new EventMask(level);
        Copy copy = new Copy(events);
        copy.run(reserving(budget, (bytes, from, to) -> {
            JsonNode event = MAPPER.readTree(bytes, from, to - from);
            return mask.mask(event) ? MAPPER.writeValueAsBytes(event) : null;
        }));
        return copy.out();
    }

    /**
     * A copy with what is kept of the events, or empty if that is all of them as they are. An event that has to be looked
     * at and is nested too deep to be held as a tree is left out.
     *
     * @param budget on which the tree of an event is reserved while there is one
     */
    Optional<ByteBuffer> kept(ByteBuffer events, Keeping keeping, EventCheck check, MemoryBudget budget) {
        EventMask mask = new EventMask(keeping.level());
        PayloadMask payloads = new PayloadMask(keeping);
        Copy copy = new Copy(events);
        Rewriting suspect = reserving(budget, (bytes, from, to) -> {
            JsonNode event = tree(bytes, from, to);
            if (event == null || payloads.drops(event)) {
                return new byte[0];
            }
            boolean page = keeping.hidesInput() && mask.mask(event);
            boolean payload = payloads.mask(event);
            return page || payload ? MAPPER.writeValueAsBytes(event) : null;
        });
        try {
            copy.run((bytes, from, to) ->
                    check.isSuspect(bytes, from, to, keeping) ? suspect.rewrite(bytes, from, to) : null);
        } catch (IOException e) {
            throw new AssertionError("a tree can be written", e);
        }
        return copy.changed ? Optional.of(copy.out()) : Optional.empty();
    }

    private static Rewriting reserving(MemoryBudget budget, Rewriting rewriting) {
        return (bytes, from, to) -> {
            long held = treeBytes(bytes, from, to);
            budget.reserve(held);
            try {
                return rewriting.rewrite(bytes, from, to);
            } finally {
                budget.release(held);
            }
        };
    }

    /** About what an event takes as a tree: three bytes of JSON may become a hundred. */
    private static long treeBytes(byte[] json, int from, int to) {
        long bytes = (long) to - from;
        boolean text = false;
        for (int at = from; at < to; at++) {
            switch (json[at]) {
                case '"' -> text = !text;
                case '\\' -> at++;
                case '{' -> bytes += text ? 0 : OBJECT_BYTES;
                case '[' -> bytes += text ? 0 : ARRAY_BYTES;
                case ',' -> bytes += text ? 0 : VALUE_BYTES;
                default -> {}
            }
        }
        return bytes;
    }

    /** Null if it is nested too deep. */
    private static JsonNode tree(byte[] bytes, int from, int to) {
        try {
            return MAPPER.readTree(bytes, from, to - from);
        } catch (IOException e) {
            return null;
        }
    }

    /** The events written one after the other. */
    private static final class Copy {
        private final ByteBuffer events;
        private final ByteArrayOutputStream out;
        private boolean changed;

        Copy(ByteBuffer events) {
            this.events = events;
            this.out = new ByteArrayOutputStream(events.remaining() + 16);
        }

        void run(Rewriting rewriting) throws IOException {
            byte[] bytes = events.array();
            int start = events.arrayOffset() + events.position();
            JsonScanner array = new JsonScanner(DEPTH_MAX).reset(bytes, start, start + events.remaining());
            array.beginArray();
            out.write('[');
            while (array.nextElement()) {
                array.skipValue();
                byte[] other = rewriting.rewrite(bytes, array.valueFrom(), array.valueTo());
                if (other == null) {
                    write(bytes, array.valueFrom(), array.valueTo() - array.valueFrom());
                } else {
                    changed = true;
                    write(other, 0, other.length);
                }
            }
            out.write(']');
        }

        private void write(byte[] event, int from, int length) {
            if (length > 0 && out.size() > 1) {
                out.write(',');
            }
            out.write(event, from, length);
        }

        ByteBuffer out() {
            return ByteBuffer.wrap(out.toByteArray());
        }
    }
}
