package io.tapedeck.store.journal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts batches of records on disk: one write pass, one fsync, then every record of the batch is acknowledged. A chunk of
 * which no record can be made is refused alone, before anything of it is written. Used by the journal's loop only.
 *
 * <p>After any failure the file is given up, because what a failed fsync has left on the disk cannot be known: the next
 * batch starts a new file.
 */
final class JournalWriter {
    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
    private static final int BUFFER_BYTES = 256 * 1024;

    private final JournalFiles files;
    private final long fileBytes;
    private final Timer fsyncs;
    private final Counter records;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private JournalFile file;
    private FileChannel channel;
    private boolean failing;

    JournalWriter(JournalFiles files, long fileBytes, MeterRegistry meters) {
        this.files = files;
        this.fileBytes = fileBytes;
        this.fsyncs = Timer.builder("tapedeck.journal.fsync")
                .description("time to put one batch of records on disk")
                .publishPercentileHistogram()
                .register(meters);
        this.records = Counter.builder("tapedeck.journal.records")
                .description("chunks put on disk")
                .register(meters);
    }

    /** A chunk on its way to the disk. */
    record Pending(long number, Chunk chunk, long bytes, CompletableFuture<Long> done) {}

    /** Begins the file whose first record will have that number. */
    void begin(long firstNumber) throws IOException {
        JournalFiles.Created created = files.create(firstNumber);
        file = created.file();
        channel = created.channel();
    }

    /** Writes the batch and completes its futures, either way. */
    void write(List<Pending> batch) {
        List<Pending> written = new ArrayList<>(batch.size());
        try {
            if (channel == null) {
                begin(batch.get(0).number());
            }
            long from = file.readable();
            for (Pending pending : batch) {
                ChunkCodec.Payload payload = encodeOrRefuse(pending);
                if (payload != null) {
                    put(pending.number(), payload);
                    written.add(pending);
                }
            }
            if (written.isEmpty()) {
                return;
            }
            drain();
            long started = System.nanoTime();
            channel.force(false);
            fsyncs.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
            file.setReadable(channel.position());
            assert file.readable() > from : "there is at least one record";
        } catch (IOException | RuntimeException | Error e) {
            if (!failing) {
                LOG.error(
                        "chunks cannot be put on disk and are refused, from number {}",
                        batch.get(0).number(),
                        e);
            }
            failing = true;
            abandon();
            StoreException failure = failure(e);
            batch.forEach(pending -> pending.done().completeExceptionally(failure));
            return;
        }
        if (failing) {
            LOG.info(
                    "chunks can be put on disk again, from number {}",
                    batch.get(0).number());
        }
        failing = false;
        records.increment(written.size());
        written.forEach(pending -> pending.done().complete(pending.number()));
        if (file.readable() >= fileBytes) {
            release();
        }
    }

    /** Begins another file unless nothing was written to this one. */
    void roll(long firstNumber) throws IOException {
        if (channel == null || file.firstNumber() != firstNumber) {
            release();
            begin(firstNumber);
        }
    }

    /** Closes the file; the next batch begins another. */
    void release() {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("closing the journal file {} failed", file.path().getFileName(), e);
        }
        channel = null;
    }

    /** Null if no record can be made of the chunk: that is no failure of the disk, and none of the others in the batch. */
    private static ChunkCodec.Payload encodeOrRefuse(Pending pending) {
        try {
            return ChunkCodec.encode(pending.chunk());
        } catch (RuntimeException e) {
            LOG.error("a chunk cannot be made a record and is refused, number {}", pending.number(), e);
            pending.done()
                    .completeExceptionally(
                            new StoreException(StoreErrorKind.UNAVAILABLE, "the chunk cannot be made a record", e));
            return null;
        }
    }

    private void put(long number, ChunkCodec.Payload payload) throws IOException {
        append(JournalFormat.recordHead(number, payload.header(), payload.lines()));
        append(payload.header().duplicate());
        append(payload.lines().duplicate());
    }

    private void append(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                drain();
            }
            int length = Math.min(buffer.remaining(), bytes.remaining());
            buffer.put(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
        }
    }

    private void drain() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** Gives the file up; what was not acknowledged is taken out of it if the disk still allows that. */
    private void abandon() {
        buffer.clear();
        if (channel == null) {
            return;
        }
        try {
            channel.truncate(file.readable());
            channel.force(true);
        } catch (IOException e) {
            LOG.warn(
                    "records that were refused stay in the journal file {}",
                    file.path().getFileName(),
                    e);
        }
        release();
    }

    private static StoreException failure(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        boolean noSpace = message.contains("No space left") || message.contains("Disk quota exceeded");
        return noSpace
                ? new StoreException(StoreErrorKind.OVER_CAPACITY, "the journal's disk is full", cause)
                : new StoreException(StoreErrorKind.UNAVAILABLE, "the journal cannot be written", cause);
    }
}
