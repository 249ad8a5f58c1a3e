package io.tapedeck.store.block;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd.ParamSwitch;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Writes zstd frames that browsers accept, one after another, streaming. Owns native memory until it is closed; not
 * thread-safe.
 *
 * <p>Browsers refuse a frame whose window is over 8 MB, and a frame without a window (a "single segment", which must be
 * held whole) over 8 MB of content. The window is therefore set explicitly, at every level; the encoder leaves it out only
 * where the content is known beforehand to fit into it.
 */
final class FrameEncoder implements AutoCloseable {
    /** 8 MB, the most that a browser takes. */
    static final int WINDOW_LOG = 23;
    /** The content's length is not known beforehand. */
    static final long UNKNOWN = -1;

    private static final int INPUT_BYTES = 128 * 1024;
    private static final int OUTPUT_BYTES = 128 * 1024;

    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private final ByteBuffer input = ByteBuffer.allocateDirect(INPUT_BYTES);
    private final ByteBuffer output = ByteBuffer.allocateDirect(OUTPUT_BYTES);
    private final Consumer<ByteBuffer> sink;

    /** @param sink gets the frames' bytes in order, in buffers that it must not keep */
    FrameEncoder(Consumer<ByteBuffer> sink) {
        this.sink = sink;
    }

    /**
     * Begins a frame; what was written of one before that was not ended is dropped.
     *
     * @param contentBytes exactly as many as will be written, or {@link #UNKNOWN}
     */
    void begin(int level, long contentBytes) {
        input.clear();
        context.reset();
        set(context, level, contentBytes != UNKNOWN);
        if (contentBytes != UNKNOWN) {
            context.setPledgedSrcSize(contentBytes);
        }
    }

    /** Makes a context write frames as browsers accept them. */
    static void set(ZstdCompressCtx context, int level, boolean contentSize) {
        context.setLevel(level)
                .setWindowLog(WINDOW_LOG)
                .setEnableLongDistanceMatching(ParamSwitch.DISABLE)
                .setChecksum(true)
                .setContentSize(contentSize);
    }

    void write(byte[] bytes, int from, int length) {
        int at = from;
        int end = from + length;
        while (at < end) {
            int part = Math.min(end - at, input.remaining());
            input.put(bytes, at, part);
            at += part;
            if (!input.hasRemaining()) {
                compress(EndDirective.CONTINUE);
            }
        }
    }

    void write(ByteBuffer bytes) {
        ByteBuffer rest = bytes.duplicate();
        while (rest.hasRemaining()) {
            int part = Math.min(rest.remaining(), input.remaining());
            input.put(rest.slice(rest.position(), part));
            rest.position(rest.position() + part);
            if (!input.hasRemaining()) {
                compress(EndDirective.CONTINUE);
            }
        }
    }

    /** Ends the frame: the sink has had all of it when this returns. */
    void end() {
        compress(EndDirective.END);
    }

    private void compress(EndDirective directive) {
        input.flip();
        boolean flushed;
        do {
            output.clear();
            flushed = context.compressDirectByteBufferStream(output, input, directive);
            output.flip();
            if (output.hasRemaining()) {
                sink.accept(output);
            }
        } while (input.hasRemaining() || (directive == EndDirective.END && !flushed));
        input.clear();
    }

    @Override
    public void close() {
        context.close();
    }
}
