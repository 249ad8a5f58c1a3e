package io.tapedeck.loadtest;

import io.tapedeck.loadtest.ChunkCutter.Slice;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** A recording as it was, cut as a recorder cuts, at times of each visit's own: every chunk's bytes are made anew. */
final class RecordedScript implements Script {
    private final Recording recording;
    private final List<Slice> slices;
    private final double speed;

    RecordedScript(Recording recording, double speed) {
        this.recording = recording;
        this.slices = ChunkCutter.cut(recording);
        this.speed = speed;
    }

    @Override
    public Recording recording() {
        return recording;
    }

    @Override
    public List<Slice> slices() {
        return slices;
    }

    /** Played faster than recorded, the last event still is not in the future when it is sent. */
    @Override
    public long startsAt(long now) {
        long durationMs = recording.durationMs();
        return now - Math.max(0, durationMs - (long) (durationMs / speed));
    }

    @Override
    public Body body(PlayedWindow window, int slice, long sentAt, String maskingLevel) {
        byte[] json = window.envelope(slice, sentAt, maskingLevel);
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length / 4 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Body(Buffer.buffer(out.toByteArray()), json.length);
    }
}
