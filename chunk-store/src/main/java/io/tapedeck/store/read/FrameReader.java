package io.tapedeck.store.read;

import io.tapedeck.store.BoundedWorkers;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.EventStream;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.block.BlockReader;
import io.tapedeck.store.block.RecordingReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/** Reads frames out of the object store: as they are stored, for the network, or as lines, to look into them. Thread-safe. */
final class FrameReader {
    private final ObjectStore objectStore;
    private final BoundedWorkers workers;

    /** @param workers decompress and compress the frames that chunks are cut out of */
    FrameReader(ObjectStore objectStore, BoundedWorkers workers) {
        this.objectStore = objectStore;
        this.workers = workers;
    }

    /** The frames as one stream; neighbours in an object are read in one go. */
    EventStream stream(long rev, List<StoredFrame> frames) {
        List<Supplier<Flow.Publisher<ByteBuffer>>> parts = new ArrayList<>();
        StringBuilder identity = new StringBuilder();
        long bytes = 0;
        for (int i = 0; i < frames.size(); i++) {
            StoredFrame first = frames.get(i);
            identity.append(first.objectKey())
                    .append('+')
                    .append(first.frame().offset())
                    .append(first.isCut() ? first.kept() : "")
                    .append('\n');
            if (first.isCut()) {
                bytes = -1;
                parts.add(() -> new DeferredPublisher(() -> recompressed(first)));
                continue;
            }
            long length = first.frame().length();
            while (i + 1 < frames.size() && frames.get(i).isFollowedBy(frames.get(i + 1))) {
                i++;
                length += frames.get(i).frame().length();
                identity.append('+').append(frames.get(i).frame().length());
            }
            long coalesced = length;
            bytes = bytes < 0 ? -1 : bytes + coalesced;
            parts.add(() -> objectStore.stream(first.objectKey(), first.frame().offset(), coalesced));
            identity.append('=').append(coalesced);
        }
        String etag = ChunkId.ofContent(StandardCharsets.UTF_8.encode(identity.toString()))
                .toString();
        return new EventStream(rev, bytes, etag, new ConcatPublisher(parts, FrameReader::replaced));
    }

    private CompletableFuture<ByteBuffer> recompressed(StoredFrame frame) {
        return bytes(frame)
                .thenCompose(bytes -> workers.submit(() ->
                        ByteBuffer.wrap(BlockReader.open(frame.block(), bytes).recompress(frame.kept()::get))));
    }

    /** An object that was listed a moment ago and is gone has been replaced: the reader must ask anew. */
    private static Throwable replaced(Throwable failure) {
        StoreException cause = StoreException.of(failure);
        return cause.kind() == StoreErrorKind.NOT_FOUND
                ? new StoreException(StoreErrorKind.CONFLICT, "the session was rewritten or removed meanwhile", cause)
                : cause;
    }

    /** The lines of a frame that count. Blocks. */
    List<ByteBuffer> lines(StoredFrame frame) throws InterruptedException {
        ByteBuffer bytes = get(bytes(frame));
        if (frame.block() == null) {
            return List.of(ByteBuffer.wrap(RecordingReader.lines(frame.frame(), bytes)));
        }
        BlockReader block = BlockReader.open(frame.block(), bytes);
        if (!frame.isCut()) {
            return List.of(block.lines());
        }
        return frame.kept().stream().mapToObj(block::lines).toList();
    }

    /** Bytes {@code [offset, offset + length)} of an object. Blocks. */
    ByteBuffer get(String key, long offset, int length) throws InterruptedException {
        return get(objectStore.get(key, offset, length));
    }

    private CompletableFuture<ByteBuffer> bytes(StoredFrame frame) {
        return objectStore.get(
                frame.objectKey(), frame.frame().offset(), frame.frame().length());
    }

    private static ByteBuffer get(CompletableFuture<ByteBuffer> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw StoreException.of(e);
        }
    }
}
