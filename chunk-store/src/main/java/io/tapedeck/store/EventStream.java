package io.tapedeck.store;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/**
 * Stored events on their way out.
 *
 * @param rev the session's rev that they belong to
 * @param bytes how many bytes {@code frames} will yield, or -1 if that is not known beforehand
 * @param etag strong validator of exactly these bytes, without quotes
 * @param frames whole zstd frames back to back, which decompress to NDJSON; one subscriber, back-pressure, the
 *     subscriber owns the buffers; nothing is read before the first request; cancelling releases everything
 */
public record EventStream(long rev, long bytes, String etag, Flow.Publisher<ByteBuffer> frames) {}
