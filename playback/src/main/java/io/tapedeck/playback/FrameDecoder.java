package io.tapedeck.playback;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Decodes zstd frames that arrive in pieces, without ever waiting for the next one. Not thread-safe; holds native memory
 * until closed.
 *
 * <p>Windows are at most 8 MB, as the format promises, and checksums are verified.
 */
final class FrameDecoder implements Closeable {
    private static final int WINDOW_LOG_MAX = 23;

    private final Feed feed = new Feed();
    private final ZstdInputStreamNoFinalizer decoded;

    FrameDecoder() throws IOException {
        // "Continuous" makes the end of what was fed a pause, even in the middle of a frame.
        decoded =
                new ZstdInputStreamNoFinalizer(feed).setLongMax(WINDOW_LOG_MAX).setContinuous(true);
    }

    /** Gives it the next bytes. Only when {@link #read} has said that all bytes before are used up. */
    void feed(ByteBuffer bytes) {
        feed.bytes = bytes;
    }

    /**
     * Decodes some bytes.
     *
     * @return how many, or -1 if it needs to be fed first
     * @throws IOException if these are not sound frames
     */
    int read(byte[] into) throws IOException {
        return decoded.read(into, 0, into.length);
    }

    /** @throws IOException if the last frame has no end */
    void requireWholeFrames() throws IOException {
        decoded.setContinuous(false);
        if (decoded.read() >= 0) {
            throw new IllegalStateException("there was more to read");
        }
    }

    @Override
    public void close() throws IOException {
        decoded.close();
    }

    /** The bytes at hand as a stream that ends with them and goes on with the next ones. */
    private static final class Feed extends InputStream {
        private ByteBuffer bytes = ByteBuffer.allocate(0);

        @Override
        public int read() {
            return bytes.hasRemaining() ? bytes.get() & 0xFF : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (!bytes.hasRemaining()) {
                return -1;
            }
            int count = Math.min(length, bytes.remaining());
            bytes.get(into, offset, count);
            return count;
        }
    }
}
