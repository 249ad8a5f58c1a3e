package io.tapedeck.loadtest;

import io.tapedeck.loadtest.ChunkCutter.Slice;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;

/**
 * One window of a virtual visit: a recording at times of its own, and which of its chunks were acked. Written by its
 * recorder's thread while it is played, read by others meanwhile and afterwards.
 */
final class PlayedWindow {
    private final Recording recording;
    private final List<Slice> slices;
    private final String session;
    private final String id;
    private final long shiftMs;
    private final BitSet sent = new BitSet();
    private final BitSet acked = new BitSet();
    /** Acked, or given up. */
    private final BitSet ended = new BitSet();

    private final long[] sentNanos;
    private final long[] ackedNanos;

    PlayedWindow(Recording recording, List<Slice> slices, String session, String id, long startedAt) {
        this.recording = recording;
        this.slices = slices;
        this.session = session;
        this.id = id;
        this.shiftMs = startedAt - recording.startedAt();
        this.sentNanos = new long[slices.size()];
        this.ackedNanos = new long[slices.size()];
    }

    String id() {
        return id;
    }

    List<Slice> slices() {
        return slices;
    }

    /** What an event of the recording is in this window's replay. */
    long identity(int event) {
        return recording.events().get(event).identity(shiftMs, id);
    }

    synchronized void markSent(int slice) {
        sent.set(slice);
        sentNanos[slice] = System.nanoTime();
    }

    synchronized void markAcked(int slice) {
        acked.set(slice);
        ended.set(slice);
        ackedNanos[slice] = System.nanoTime();
    }

    synchronized void markGivenUp(int slice) {
        ended.set(slice);
    }

    /** Whether no chunk is to come, nor to be answered. */
    synchronized boolean isOver() {
        return ended.cardinality() == slices.size();
    }

    /** When a chunk was first sent, as of {@link System#nanoTime}; of those that were. */
    synchronized long sentNanos(int slice) {
        return sentNanos[slice];
    }

    /** When it was acked; of those that were. */
    synchronized long ackedNanos(int slice) {
        return ackedNanos[slice];
    }

    /** Chunks whose events must be in the replay. */
    synchronized BitSet acked() {
        return (BitSet) acked.clone();
    }

    /** Chunks that may have arrived and may not. */
    synchronized BitSet unsure() {
        BitSet unsure = (BitSet) sent.clone();
        unsure.andNot(acked);
        return unsure;
    }

    /** The upload of one chunk, in the native format: its {@link #head} and its {@link #tail}. */
    byte[] envelope(int slice, long sentAt, String maskingLevel) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(ChunkCutter.CHUNK_BYTES + 1024);
        out.writeBytes(head(slice, sentAt, maskingLevel));
        writeTail(slice, out);
        return out.toByteArray();
    }

    /** What comes before the events. */
    byte[] head(int slice, long sentAt, String maskingLevel) {
        boolean last = slice == slices.size() - 1;
        String head = "{\"session\":\"" + session + "\",\"window\":\"" + id + "\",\"seq\":" + slice + ",\"sentAt\":"
                + sentAt + (last ? ",\"final\":true" : "") + ",\"masking\":{\"level\":\"" + maskingLevel
                + "\",\"version\":1},\"events\":[";
        return head.getBytes(StandardCharsets.US_ASCII);
    }

    /** The events and the end. */
    byte[] tail(int slice) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(ChunkCutter.CHUNK_BYTES + 1024);
        writeTail(slice, out);
        return out.toByteArray();
    }

    private void writeTail(int slice, ByteArrayOutputStream out) {
        Slice range = slices.get(slice);
        for (int i = range.from(); i < range.to(); i++) {
            if (i > range.from()) {
                out.write(',');
            }
            recording.events().get(i).write(shiftMs, out);
        }
        out.writeBytes("]}".getBytes(StandardCharsets.US_ASCII));
    }
}
