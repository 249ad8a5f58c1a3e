package io.tapedeck.store.upkeep;

import io.tapedeck.store.FrameRef;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.block.RecordingReader;
import io.tapedeck.store.upkeep.FramesAhead.Place;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Frames that were read and decompressed a moment ago, up to a bound on their bytes; the one read last is always kept. Not
 * thread-safe.
 */
final class DecodedFrames {
    private final FramesAhead source;
    private final long bytesMax;
    private final Map<Place, Decoded> frames = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    DecodedFrames(ObjectStore objectStore, long bytesMax) {
        this.source = new FramesAhead(objectStore);
        this.bytesMax = bytesMax;
    }

    /** A frame's lines. */
    static final class Decoded {
        private final byte[] bytes;
        /** Where each line begins, and one past the last one's line feed. */
        private final int[] starts;

        private Decoded(byte[] bytes, int[] starts) {
            this.bytes = bytes;
            this.starts = starts;
        }

        int count() {
            return starts.length - 1;
        }

        byte[] bytes() {
            return bytes;
        }

        int from(int line) {
            return starts[line];
        }

        /** Where the line's line feed is. */
        int to(int line) {
            return starts[line + 1] - 1;
        }

        private long memory() {
            return bytes.length + (long) Integer.BYTES * starts.length;
        }
    }

    /** The frame will be asked for after all that were expected before it, and may be read by then. */
    void expect(String objectKey, FrameRef ref) {
        source.expect(Place.of(objectKey, ref));
    }

    Decoded get(String objectKey, FrameRef ref) throws InterruptedException {
        Place place = Place.of(objectKey, ref);
        Decoded known = frames.get(place);
        if (known != null) {
            return known;
        }
        makeRoom(ref.rawLength());
        Decoded decoded = decode(place, ref);
        frames.put(place, decoded);
        bytes += decoded.memory();
        return decoded;
    }

    /** Forgets all of them. */
    void clear() {
        frames.clear();
        bytes = 0;
    }

    private void makeRoom(long more) {
        Iterator<Decoded> oldest = frames.values().iterator();
        while (oldest.hasNext() && bytes + more > bytesMax) {
            bytes -= oldest.next().memory();
            oldest.remove();
        }
    }

    private Decoded decode(Place place, FrameRef ref) throws InterruptedException {
        byte[] raw = RecordingReader.lines(ref, source.read(place, frames::containsKey));
        int[] starts = new int[ref.events() + 1];
        int lines = 0;
        for (int at = 0; at < raw.length; at++) {
            if (raw[at] == '\n' && ++lines < starts.length) {
                starts[lines] = at + 1;
            }
        }
        if (lines != ref.events()) {
            throw new StoreException(
                    StoreErrorKind.CORRUPT,
                    "a frame of " + place.objectKey() + " has another number of lines than it should");
        }
        return new Decoded(raw, starts);
    }
}
