package io.tapedeck.recorder.inflate;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import java.nio.ByteBuffer;

/** Decodes zstd: one frame or several after each other. Not thread-safe; used again for each body. */
final class ZstdDecoder {
    /** A frame may ask the decoder to keep at most 8 MB of what came before, whatever it then inflates to. */
    private static final int WINDOW_LOG_MAX = 23;

    private static final int FRAME_HEADER_BYTES_MAX = 18;

    private final ZstdDecompressCtx context = new ZstdDecompressCtx();

    /** The content size in the first frame's header, if it has one. */
    static long bytesExpected(WireBody body) {
        if (body.length() == 0) {
            return Long.MAX_VALUE;
        }
        ByteBuffer first = body.segment(0);
        int headerBytes = Math.min(FRAME_HEADER_BYTES_MAX, first.remaining());
        long size = Zstd.getFrameContentSize(first.array(), first.arrayOffset(), headerBytes);
        return size <= 0 ? Long.MAX_VALUE : size;
    }

    void decode(WireBody from, Inflated to) {
        boolean complete = false;
        // A reset forgets the settings too.
        context.reset();
        context.setLongMax(WINDOW_LOG_MAX);
        try {
            for (int i = 0; i < from.segmentCount(); i++) {
                complete = decode(from.segment(i), to);
            }
        } catch (ZstdException e) {
            throw refusal(e);
        }
        if (!complete) {
            throw Problem.malformed("the zstd data ends early");
        }
    }

    /** @return whether a frame ended at the end of the input */
    private boolean decode(ByteBuffer input, Inflated to) {
        boolean complete = false;
        boolean full = true;
        // After the input has ended, a full output array may hide that there is more.
        while (input.hasRemaining() || (full && !complete)) {
            int room = to.room();
            ByteBuffer output = ByteBuffer.wrap(to.array(), to.length(), room);
            complete = context.decompressByteBufferStream(output, input);
            full = !output.hasRemaining();
            to.added(room - output.remaining());
        }
        return complete;
    }

    private static RuntimeException refusal(ZstdException e) {
        return Zstd.getErrorCode(e.getErrorCode()) == Zstd.errFrameParameterWindowTooLarge()
                ? Problem.of(ProblemCode.TOO_LARGE, "the zstd window is larger than 8 MB")
                        .asException()
                : Problem.malformed("the zstd data is damaged");
    }
}
