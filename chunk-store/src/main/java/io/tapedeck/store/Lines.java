package io.tapedeck.store;

import java.nio.ByteBuffer;

/** Goes through NDJSON line by line without copying. Stateless. */
public final class Lines {
    private Lines() {}

    /** Takes one line: the bytes {@code [from, to)} of an array that it must not change, without the line feed. */
    @FunctionalInterface
    public interface LineConsumer {
        void line(byte[] json, int from, int to);
    }

    /** @param lines backed by an array; each line ends with a line feed */
    public static void each(ByteBuffer lines, LineConsumer consumer) {
        byte[] json = lines.array();
        int at = lines.arrayOffset() + lines.position();
        int end = lines.arrayOffset() + lines.limit();
        int from = at;
        for (; at < end; at++) {
            if (json[at] == '\n') {
                consumer.line(json, from, at);
                from = at + 1;
            }
        }
    }
}
