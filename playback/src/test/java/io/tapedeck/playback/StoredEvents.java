package io.tapedeck.playback;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;

/** Frames as the store has them, and the other way round. */
final class StoredEvents {
    private StoredEvents() {}

    /** Lines that do not compress away to nothing. */
    static byte[] lines(String window, int count, long seed) {
        Random random = new Random(seed);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append("{\"w\":\"%s\",\"type\":3,\"data\":{\"source\":1,\"x\":%d,\"é\":\"%x\"},\"timestamp\":%d}\n"
                    .formatted(window, random.nextInt(2_000), random.nextLong(), 1_700_000_000_000L + i));
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** One frame with a checksum, made as a stream. */
    static byte[] frame(byte[] raw) throws IOException {
        return frame(raw, 23);
    }

    static byte[] frame(byte[] raw, int windowLog) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZstdOutputStream out = new ZstdOutputStream(bytes, 3)) {
            out.setChecksum(true);
            out.setLong(windowLog);
            out.write(raw);
        }
        return bytes.toByteArray();
    }

    static byte[] skippableFrame(int length) {
        return ByteBuffer.allocate(8 + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x184D2A50)
                .putInt(length)
                .array();
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** The bytes in buffers of a size. */
    static List<ByteBuffer> pieces(byte[] bytes, int size) {
        List<ByteBuffer> pieces = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += size) {
            pieces.add(ByteBuffer.wrap(bytes, at, Math.min(size, bytes.length - at)));
        }
        return pieces;
    }

    static byte[] unzstd(byte[] frames) throws IOException {
        try (ZstdInputStream in = new ZstdInputStream(new ByteArrayInputStream(frames))) {
            return in.readAllBytes();
        }
    }

    static byte[] gunzip(byte[] gzip) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            return in.readAllBytes();
        }
    }
}
