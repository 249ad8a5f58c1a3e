package io.tapedeck.loadtest;

import io.tapedeck.loadtest.ChunkCutter.Slice;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** What every virtual visit plays, and the bytes it is sent as. Thread-safe. */
interface Script {
    Recording recording();

    /** The recording's events, cut into chunks, each with when it is sent. */
    List<Slice> slices();

    /** Where on the clock the recording begins for a visit that begins {@code now}, in ms since the epoch. */
    long startsAt(long now);

    /** One chunk's upload. */
    Body body(PlayedWindow window, int slice, long sentAt, String maskingLevel);

    /** @param rawBytes of the JSON that the bytes inflate to */
    record Body(Buffer gzip, int rawBytes) {}
}
