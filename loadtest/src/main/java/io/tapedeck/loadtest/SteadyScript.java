package io.tapedeck.loadtest;

import io.tapedeck.loadtest.ChunkCutter.Slice;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * The same page in front of everybody: a chunk of about 20 KB at equal intervals, of a recording's small events. As all visits play at
 * the same time, their chunks differ only in their head, and the events of each are compressed once for all: so that as many
 * recorders as possible fit beside the server that they load.
 *
 * <p>The gzip format (RFC 1952) lets a body be put together: the head is a stored block, the events are the blocks after it.
 */
final class SteadyScript implements Script {
    private static final int EVENT_BYTES_MAX = ChunkCutter.CHUNK_BYTES / 4;
    private static final int STORED_BLOCK_BYTES = 5;
    private static final byte[] GZIP_HEAD = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final int GZIP_TAIL_BYTES = 8;
    private static final String FIRST = "{\"type\":4,\"data\":{\"href\":\"https://load.example/steady\",\"width\":1280,"
            + "\"height\":800},\"timestamp\":1}\n"
            + "{\"type\":2,\"data\":{\"node\":{\"type\":0,\"childNodes\":[{\"type\":1,\"name\":\"html\",\"publicId\":\"\","
            + "\"systemId\":\"\",\"id\":2},{\"type\":2,\"tagName\":\"html\",\"attributes\":{},\"childNodes\":[{\"type\":2,"
            + "\"tagName\":\"body\",\"attributes\":{},\"childNodes\":[],\"id\":4}],\"id\":3}],\"id\":1},"
            + "\"initialOffset\":{\"left\":0,\"top\":0}},\"timestamp\":1}\n";

    private final Recording recording;
    private final List<Slice> slices;
    private final AtomicReferenceArray<Events> compressed;

    /** One chunk's events and the end of its envelope: as they are, and as deflate blocks of which the last is the last. */
    private static final class Events {
        private final byte[] json;
        private final byte[] deflated;

        private Events(byte[] json) {
            this.json = json;
            this.deflated = deflate(json);
        }
    }

    private SteadyScript(Recording recording, List<Slice> slices) {
        this.recording = recording;
        this.slices = slices;
        this.compressed = new AtomicReferenceArray<>(slices.size());
    }

    /**
     * @param source whose events of at most 5 KB are taken, again and again
     * @param chunks how many there are of each visit
     * @param startAt when the first is sent, in ms since the epoch
     * @param chunkMs from one to the next, as the events' times have it; the recorders' speed has it too
     */
    static SteadyScript of(Recording source, int chunks, long startAt, long chunkMs) throws IOException {
        List<Recording.Event> small = source.events().stream()
                .filter(event -> event.bytes() <= EVENT_BYTES_MAX)
                .toList();
        if (small.isEmpty()) {
            throw new IOException("the recording has no events of at most " + EVENT_BYTES_MAX + " bytes");
        }
        ByteArrayOutputStream ndjson = new ByteArrayOutputStream();
        List<Slice> slices = new ArrayList<>();
        int events = 0;
        int next = 0;
        for (int chunk = 0; chunk < chunks; chunk++) {
            List<Recording.Event> some = new ArrayList<>();
            if (chunk == 0) {
                some.addAll(Recording.read(bytes(FIRST)).events());
            }
            long filled = some.stream().mapToLong(Recording.Event::bytes).sum();
            for (; filled + small.get(next % small.size()).bytes() <= ChunkCutter.CHUNK_BYTES; next++) {
                some.add(small.get(next % small.size()));
                filled += small.get(next % small.size()).bytes() + 1;
            }
            long from = startAt + (chunk - 1) * chunkMs;
            for (int i = 0; i < some.size(); i++) {
                long at = from + chunkMs * i / some.size();
                some.get(i).write(at - some.get(i).timestamp(), ndjson);
                ndjson.write('\n');
            }
            slices.add(new Slice(events, events + some.size(), chunk * ChunkCutter.CHUNK_MS));
            events += some.size();
        }
        return new SteadyScript(Recording.read(new ByteArrayInputStream(ndjson.toByteArray())), List.copyOf(slices));
    }

    private static ByteArrayInputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public Recording recording() {
        return recording;
    }

    @Override
    public List<Slice> slices() {
        return slices;
    }

    @Override
    public long startsAt(long now) {
        return recording.startedAt();
    }

    @Override
    public Body body(PlayedWindow window, int slice, long sentAt, String maskingLevel) {
        byte[] head = window.head(slice, sentAt, maskingLevel);
        Events events = events(window, slice);
        int rawBytes = head.length + events.json.length;
        ByteBuffer gzip = ByteBuffer.allocate(
                        GZIP_HEAD.length + STORED_BLOCK_BYTES + head.length + events.deflated.length + GZIP_TAIL_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        gzip.put(GZIP_HEAD);
        gzip.put((byte) 0); // a stored block that is not the last one
        gzip.putShort((short) head.length).putShort((short) ~head.length).put(head);
        gzip.put(events.deflated);
        CRC32 crc = new CRC32();
        crc.update(head);
        crc.update(events.json);
        gzip.putInt((int) crc.getValue()).putInt(rawBytes);
        return new Body(Buffer.buffer(gzip.array()), rawBytes);
    }

    private Events events(PlayedWindow window, int slice) {
        Events known = compressed.get(slice);
        if (known == null) {
            known = new Events(window.tail(slice));
            compressed.set(slice, known);
        }
        return known;
    }

    private static byte[] deflate(byte[] json) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(json);
            deflater.finish();
            byte[] deflated = new byte[json.length + 64];
            int length = deflater.deflate(deflated);
            if (!deflater.finished()) {
                throw new IllegalStateException("events must get smaller when they are compressed");
            }
            return Arrays.copyOf(deflated, length);
        } finally {
            deflater.end();
        }
    }
}
