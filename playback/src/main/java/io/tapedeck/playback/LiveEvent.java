package io.tapedeck.playback;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;

/**
 * One server-sent event as it goes over the wire, made once for all viewers. Immutable.
 *
 * <pre>
 *   event: change
 *   id: 17                               the rev, for those that move the viewer's place
 *   data: {"rev":17,"since":16,…}        one line: JSON escapes line breaks
 * </pre>
 */
final class LiveEvent {
    /** What waiting clients are told before anything else: try again after so long if the stream breaks. */
    static final LiveEvent RETRY = new LiveEvent("retry: 2000\n\n");
    /** The stream lives, for proxies and clients. An event and no comment: scripts in browsers do not hear comments. */
    static final LiveEvent BEAT = new LiveEvent("event: beat\ndata: {}\n\n");
    /** The catalog does not answer: nothing new can be told. */
    static final LiveEvent AWAY = new LiveEvent("event: away\ndata: {}\n\n");
    /** The catalog answers again. */
    static final LiveEvent BACK = new LiveEvent("event: back\ndata: {}\n\n");

    private final byte[] bytes;

    private LiveEvent(String text) {
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
    }

    /** The session has changed; a viewer that is at {@code change.since()} may add what is given, others fetch it. */
    static LiveEvent of(LiveChange change) {
        return new LiveEvent("event: change\nid: " + change.rev() + "\ndata: " + json(change) + "\n\n");
    }

    /** Nothing more will come on this stream, nor on one that is opened with this rev. */
    static LiveEvent end(LiveEnd end, long rev) {
        return new LiveEvent("event: end\nid: " + rev + "\ndata: {\"reason\":\"" + end.word() + "\"}\n\n");
    }

    int length() {
        return bytes.length;
    }

    /** The bytes, not copied; for one write. */
    Buffer buffer() {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
    }

    private static String json(LiveChange change) {
        return Json.encode(change).toString(StandardCharsets.UTF_8);
    }
}
