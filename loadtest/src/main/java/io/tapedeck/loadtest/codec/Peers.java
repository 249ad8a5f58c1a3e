package io.tapedeck.loadtest.codec;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.zip.Deflater;
import org.xerial.snappy.Snappy;

/**
 * What other programs would store for the same events: their codec over their cut, without whatever they keep beside it. A
 * model of each, not the program itself.
 */
enum Peers {
    /** Snappy's raw format over NDJSON of {@code [window,event]}, a block for 10 s. */
    POSTHOG("PostHog"),
    /** zlib at its default level over a JSON array, a segment for 5 s. */
    SENTRY("Sentry"),
    /** Brotli at quality 5 over a JSON array, a chunk from one full snapshot to the next. */
    HIGHLIGHT("Highlight"),
    /** zstd at level 1 over the whole session. */
    OPENREPLAY("OpenReplay"),
    /** The smallest that zstd makes of the session as a whole: {@code zstd -19 --long=27}. */
    FLOOR("floor");

    private static final int BROTLI_QUALITY = 5;
    private static final int FLOOR_LEVEL = 19;
    private static final int FLOOR_WINDOW_LOG = 27;

    private final String title;

    Peers(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Bytes stored for a session. */
    long bytes(CorpusFile file) {
        return switch (this) {
            case POSTHOG -> sum(file.slices(10_000), some -> snappy(CorpusFile.linesWithWindow(some)));
            case SENTRY -> sum(file.slices(5_000), some -> zlib(CorpusFile.array(some)));
            case HIGHLIGHT -> sum(file.slicesBySnapshot(), some -> brotli(CorpusFile.array(some)));
            case OPENREPLAY -> zstd(file.ndjson(), 1);
            case FLOOR -> zstdLong(file.ndjson());
        };
    }

    private static long sum(List<List<CorpusFile.Event>> slices, ToLongFunction<List<CorpusFile.Event>> each) {
        return slices.stream().mapToLong(each).sum();
    }

    private static long snappy(byte[] raw) {
        try {
            return Snappy.compress(raw).length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long zlib(byte[] raw) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(raw);
            deflater.finish();
            byte[] buffer = new byte[64 * 1024];
            long bytes = 0;
            while (!deflater.finished()) {
                bytes += deflater.deflate(buffer);
            }
            return bytes;
        } finally {
            deflater.end();
        }
    }

    private static long brotli(byte[] raw) {
        Brotli4jLoader.ensureAvailability();
        try {
            return Encoder.compress(raw, new Encoder.Parameters().setQuality(BROTLI_QUALITY)).length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long zstd(byte[] raw, int level) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            return context.setLevel(level).compress(raw).length;
        }
    }

    private static long zstdLong(byte[] raw) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            return context.setLevel(FLOOR_LEVEL).setLong(FLOOR_WINDOW_LOG).compress(raw).length;
        }
    }
}
