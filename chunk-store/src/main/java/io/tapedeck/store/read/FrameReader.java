package io.tapedeck.store.read;

import io.tapedeck.store.BoundedWorkers;
import io.tapedeck.store.Calls;
import io.tapedeck.store.EventStream;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.Lines;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.Sha256;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.block.BlockReader;
import io.tapedeck.store.block.RecordingReader;
import io.tapedeck.store.merge.LineSource;
import io.tapedeck.store.merge.MergeMeters;
import io.tapedeck.store.merge.TimeMerge;
import io.tapedeck.store.merge.TimedLines;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/**
 * Reads frames out of the object store: as they are stored, for the network, or as lines, to look into them. Thread-safe.
 *
 * <p>Frames are sent as they are stored, but for those of which not all counts, those whose lines must be put in order,
 * and, where events are wanted in their order, those of one window that overlap in time and are ordered by it.
 */
final class FrameReader {
    /** Most bytes of frames that are merged at a time; see {@link TimeMerge} for what happens beyond. */
    private static final long MERGED_BYTES_MAX = 64L << 20;
    /** A frame that is made of merged lines ends here. */
    private static final int PIECE_BYTES = 2 << 20;

    private final ObjectStore objectStore;
    private final BoundedWorkers workers;
    private final MergeMeters meters;

    /** @param workers decompress and compress what cannot be sent as it is stored */
    FrameReader(ObjectStore objectStore, BoundedWorkers workers, MergeMeters meters) {
        this.objectStore = objectStore;
        this.workers = workers;
        this.meters = meters;
    }

    /** The frames as one stream, one after another; neighbours in an object are read in one go. */
    EventStream stream(long rev, List<StoredFrame> frames) {
        return stream(rev, frames.stream().map(List::of).toList(), frames);
    }

    /** The frames as one stream; the lines of those of one window are in the order in which it is played. */
    EventStream streamInOrder(long rev, List<StoredFrame> frames) {
        return stream(rev, stretches(frames), frames);
    }

    /** @param stretches of frames that are merged */
    private EventStream stream(long rev, List<List<StoredFrame>> stretches, List<StoredFrame> frames) {
        List<Supplier<Flow.Publisher<ByteBuffer>>> parts = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < stretches.size(); i++) {
            List<StoredFrame> stretch = stretches.get(i);
            StoredFrame first = stretch.get(0);
            if (stretch.size() > 1) {
                bytes = -1;
                parts.add(() -> merged(stretch));
                continue;
            }
            if (!first.isAsStored()) {
                bytes = -1;
                parts.add(() -> PulledPublisher.once(() -> workers.submit(() -> recompressed(first))));
                continue;
            }
            StoredFrame last = first;
            long length = first.frame().length();
            while (i + 1 < stretches.size()
                    && stretches.get(i + 1).size() == 1
                    && last.isFollowedBy(stretches.get(i + 1).get(0))) {
                i++;
                last = stretches.get(i).get(0);
                length += last.frame().length();
            }
            long coalesced = length;
            bytes = bytes < 0 ? -1 : bytes + coalesced;
            parts.add(() -> objectStore.stream(first.objectKey(), first.frame().offset(), coalesced));
        }
        return new EventStream(rev, bytes, etag(frames, stretches), new ConcatPublisher(parts, FrameReader::replaced));
    }

    private static String etag(List<StoredFrame> frames, List<List<StoredFrame>> stretches) {
        StringBuilder identity = new StringBuilder();
        for (StoredFrame frame : frames) {
            identity.append(frame.objectKey())
                    .append('+')
                    .append(frame.frame().offset())
                    .append('=')
                    .append(frame.frame().length())
                    .append(frame.kept() == null ? "" : frame.kept())
                    .append(frame.moved() ? "moved" : "")
                    .append('\n');
        }
        stretches.forEach(stretch -> identity.append(stretch.size()).append(' '));
        return Sha256.hex(identity.toString()).substring(0, 32);
    }

    /** Neighbours that overlap and are ordered by time belong together. */
    private static List<List<StoredFrame>> stretches(List<StoredFrame> frames) {
        List<List<StoredFrame>> stretches = new ArrayList<>();
        int from = 0;
        while (from < frames.size()) {
            StoredFrame first = frames.get(from);
            long lastAt = first.lastAt();
            int to = from + 1;
            while (to < frames.size()
                    && first.byTime()
                    && frames.get(to).window().equals(first.window())
                    && frames.get(to).firstAt() < lastAt) {
                lastAt = Math.max(lastAt, frames.get(to).lastAt());
                to++;
            }
            stretches.add(frames.subList(from, to));
            from = to;
        }
        return stretches;
    }

    private PulledPublisher merged(List<StoredFrame> stretch) {
        TimeMerge merge = timeMerge(stretch);
        return new PulledPublisher(() -> workers.submit(() -> piece(merge)), merge::isOver);
    }

    private TimeMerge timeMerge(List<StoredFrame> stretch) {
        return new TimeMerge(stretch.stream().map(Source::new).toList(), MERGED_BYTES_MAX, meters);
    }

    /** The next lines as one frame; no bytes if there are none. */
    private static ByteBuffer piece(TimeMerge merge) throws InterruptedException {
        List<ByteBuffer> lines = new ArrayList<>();
        long[] bytes = new long[1];
        boolean more = true;
        while (more && bytes[0] < PIECE_BYTES) {
            more = merge.next((json, from, to) -> {
                lines.add(ByteBuffer.wrap(json, from, to + 1 - from));
                bytes[0] += to + 1 - from;
            });
        }
        return lines.isEmpty() ? ByteBuffer.allocate(0) : ByteBuffer.wrap(BlockReader.recompress(lines));
    }

    private ByteBuffer recompressed(StoredFrame frame) throws InterruptedException {
        return ByteBuffer.wrap(BlockReader.recompress(kept(frame)));
    }

    private List<ByteBuffer> kept(StoredFrame frame) throws InterruptedException {
        byte[] json = raw(frame.objectKey(), frame.frame());
        if (frame.isAsStored()) {
            return List.of(ByteBuffer.wrap(json));
        }
        if (frame.moved()) {
            return TimedLines.of(json, 0, json.length, line -> counts(frame, line))
                    .parts();
        }
        List<ByteBuffer> lines = new ArrayList<>();
        int[] line = new int[1];
        Lines.each(ByteBuffer.wrap(json), (bytes, from, to) -> {
            if (counts(frame, line[0]++)) {
                lines.add(ByteBuffer.wrap(bytes, from, to + 1 - from));
            }
        });
        return lines;
    }

    private static boolean counts(StoredFrame frame, int line) {
        return frame.kept() == null || frame.kept().get(line);
    }

    /** Gives the lines that count of one window's frames to the consumer, in the order in which they are played. Blocks. */
    void each(List<StoredFrame> ofWindow, Lines.LineConsumer consumer) throws InterruptedException {
        for (List<StoredFrame> stretch : stretches(ofWindow)) {
            if (stretch.size() > 1) {
                timeMerge(stretch).each(consumer);
            } else {
                for (ByteBuffer lines : kept(stretch.get(0))) {
                    Lines.each(lines, consumer);
                }
            }
        }
    }

    /** All lines of a frame. Blocks. */
    byte[] raw(String objectKey, FrameRef frame) throws InterruptedException {
        return RecordingReader.lines(frame, get(objectKey, frame.offset(), frame.length()));
    }

    /** Bytes {@code [offset, offset + length)} of an object. Blocks. */
    ByteBuffer get(String key, long offset, int length) throws InterruptedException {
        return Calls.await(objectStore.get(key, offset, length));
    }

    /** An object that was listed a moment ago and is gone has been replaced: the reader must ask anew. */
    private static Throwable replaced(Throwable failure) {
        StoreException cause = StoreException.of(failure);
        return cause.kind() == StoreErrorKind.NOT_FOUND
                ? new StoreException(StoreErrorKind.CONFLICT, "the session was rewritten or removed meanwhile", cause)
                : cause;
    }

    /** A frame as merging sees it. */
    private final class Source implements LineSource {
        private final StoredFrame frame;

        Source(StoredFrame frame) {
            this.frame = frame;
        }

        @Override
        public long firstAt() {
            return frame.firstAt();
        }

        @Override
        public long lastAt() {
            return frame.lastAt();
        }

        @Override
        public int rawLength() {
            return frame.frame().rawLength();
        }

        @Override
        public boolean holds(int line) {
            return counts(frame, line);
        }

        @Override
        public byte[] open() throws InterruptedException {
            return raw(frame.objectKey(), frame.frame());
        }
    }
}
