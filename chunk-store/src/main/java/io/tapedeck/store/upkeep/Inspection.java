package io.tapedeck.store.upkeep;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.block.BlockReader;
import io.tapedeck.store.block.RecordingReader;
import io.tapedeck.store.block.SegmentFooter;
import io.tapedeck.store.journal.JournalInspection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Says for people what a segment, a recording or a journal file holds. Blocks; used by one thread; holds one frame at a
 * time.
 */
public final class Inspection {
    private final Consumer<String> out;
    private final boolean withChunks;
    private final boolean withEvents;

    /**
     * @param out takes line after line
     * @param withChunks whether to list chunks too
     * @param withEvents whether to give nothing but the events, as NDJSON
     */
    public Inspection(Consumer<String> out, boolean withChunks, boolean withEvents) {
        this.out = out;
        this.withChunks = withChunks;
        this.withEvents = withEvents;
    }

    /** @throws StoreException NOT_FOUND, or CORRUPT if it is neither a segment nor a recording */
    public void object(ObjectStore objects, String key) throws InterruptedException {
        object(new StoredObjects(objects), key);
    }

    /** @throws StoreException NOT_FOUND, or CORRUPT if it is no segment, recording or journal file */
    public void file(Path file) throws InterruptedException {
        if (JournalInspection.isJournalFile(file)) {
            journal(file);
        } else {
            object(new StoredObjects(StoredBytes.ofFiles()), file.toString());
        }
    }

    private void object(StoredObjects stored, String key) throws InterruptedException {
        RecordingIndex index;
        try {
            segment(stored, key, stored.footer(key));
            return;
        } catch (StoreException noSegment) {
            if (noSegment.kind() != StoreErrorKind.CORRUPT) {
                throw noSegment;
            }
            try {
                index = stored.index(key);
            } catch (StoreException noRecording) {
                throw new StoreException(
                        StoreErrorKind.CORRUPT,
                        key + " cannot be read: " + noSegment.getMessage() + "; " + noRecording.getMessage(),
                        noRecording);
            }
        }
        recording(stored, key, index);
    }

    private void segment(StoredObjects stored, String key, SegmentFooter footer) throws InterruptedException {
        say("segment    %s", key);
        say("size       %,d bytes", stored.size(key));
        say("node       %s, epoch %d", footer.node(), footer.epoch());
        say("journal    records %d to %d", footer.journalFrom(), footer.journalTo());
        say("sessions   %d", footer.sessions().size());
        for (SegmentSession held : footer.sessions()) {
            say("");
            say(
                    "session    %s/%s, %,d events",
                    held.session().project(),
                    held.session().session(),
                    held.facts().events());
            for (BlockRef block : held.blocks()) {
                frame("block", block.frame(), block.chunks().size());
                chunks(block.chunks());
                if (withEvents) {
                    ByteBuffer bytes = stored.get(key, block.offset(), block.length());
                    events(BlockReader.open(block, bytes).lines());
                }
            }
        }
    }

    private void recording(StoredObjects stored, String key, RecordingIndex index) throws InterruptedException {
        say("recording  %s", key);
        say("size       %,d bytes", stored.size(key));
        say(
                "session    %s/%s, part %d",
                index.session().project(), index.session().session(), index.part());
        say(
                "received   %s to %s",
                time(index.facts().firstReceivedAt()), time(index.facts().lastReceivedAt()));
        say("events     %,d, active %,d ms", index.facts().events(), index.activeMs());
        ByteBuffer markers = stored.get(key, index.markersOffset(), index.markersLength());
        say(
                "markers    %d, %,d bytes at %,d",
                RecordingReader.markers(0, markers).markers().size(), index.markersLength(), index.markersOffset());
        index.chunks().forEach((window, chunks) -> {
            say("window     %s, %d chunks", window, chunks.size());
            chunks(chunks);
        });
        for (FrameRef frame : index.frames()) {
            frame("frame", frame, -1);
            if (withEvents) {
                byte[] lines = RecordingReader.lines(frame, stored.get(key, frame.offset(), frame.length()));
                events(ByteBuffer.wrap(lines));
            }
        }
    }

    private void journal(Path file) {
        say("journal    %s", file);
        JournalInspection.visit(file, new JournalInspection.Visitor() {
            @Override
            public void record(long number, Chunk chunk) {
                say(
                        "record     %d  %s/%s  window %s  seq %d  chunk %s  %,d events, %,d bytes  received %s",
                        number,
                        chunk.session().project(),
                        chunk.session().session(),
                        chunk.window(),
                        chunk.seq(),
                        chunk.id(),
                        chunk.events(),
                        chunk.lines().rawLength(),
                        time(chunk.receivedAt()));
                if (withEvents) {
                    events(ByteBuffer.wrap(chunk.lines().unpack()));
                }
            }

            @Override
            public void damaged(long from, long to) {
                say("damaged    bytes %,d to %,d are no record", from, to);
            }
        });
    }

    private void frame(String what, FrameRef frame, int chunks) {
        say(
                "%-10s window %s  at %,d  %,d bytes of %,d (%.1f x)%s  %,d events  %s to %s  full snapshots %d  crc32c %08x",
                what,
                frame.window(),
                frame.offset(),
                frame.length(),
                frame.rawLength(),
                (double) frame.rawLength() / frame.length(),
                chunks < 0 ? "" : "  " + chunks + " chunks",
                frame.events(),
                time(frame.firstAt()),
                time(frame.lastAt()),
                frame.fullSnapshotTimes().size(),
                frame.crc32c());
    }

    private void chunks(Collection<ChunkRef> chunks) {
        if (!withChunks) {
            return;
        }
        for (ChunkRef chunk : List.copyOf(chunks)) {
            say(
                    "  chunk    %s  seq %d  %,d events  %s to %s  received %s",
                    chunk.id(),
                    chunk.seq(),
                    chunk.events(),
                    time(chunk.firstAt()),
                    time(chunk.lastAt()),
                    time(chunk.receivedAt()));
        }
    }

    private void events(ByteBuffer lines) {
        StandardCharsets.UTF_8.decode(lines.duplicate()).toString().lines().forEach(out);
    }

    private void say(String format, Object... args) {
        if (!withEvents) {
            out.accept(String.format(Locale.ROOT, format, args));
        }
    }

    private static String time(long epochMs) {
        return Instant.ofEpochMilli(epochMs).toString();
    }
}
