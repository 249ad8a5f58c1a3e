package io.tapedeck.loadtest;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.parsetools.RecordParser;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeoutException;

/** One stream of server-sent events, as a browser's {@code EventSource} reads it. Confined to its viewer's thread. */
final class LiveStream {
    /** An event of the server is 64 KB at most, and some. */
    private static final int LINE_BYTES_MAX = 1024 * 1024;

    private final Listener listener;
    private HttpClientResponse response;
    private boolean over;
    private String name = "";
    private String data = "";

    /** Who listens. After {@link #refused}, {@link #lost} or a {@link #close} nothing follows. */
    interface Listener {
        void opened();

        void heard(String name, String data);

        /** The answer was another than 200. */
        void refused(HttpClientResponse answer);

        /** It ended, or did not begin: {@code network}, {@code timeout} (or silence for as long), {@code cut} or {@code closed}. */
        void lost(String kind);
    }

    private LiveStream(Listener listener) {
        this.listener = listener;
    }

    /** @param path of the stream, below the project's sessions */
    static LiveStream open(ViewerLine line, String path, Listener listener) {
        LiveStream stream = new LiveStream(listener);
        line.follow(path)
                .compose(HttpClientRequest::send)
                .onSuccess(stream::answered)
                .onFailure(cause -> stream.lose(cause, "network"));
        return stream;
    }

    private void answered(HttpClientResponse answer) {
        response = answer;
        if (over) {
            answer.request().reset();
            return;
        }
        if (answer.statusCode() != 200) {
            over = true;
            listener.refused(answer);
            return;
        }
        listener.opened();
        RecordParser lines = RecordParser.newDelimited("\n", this::line).maxRecordSize(LINE_BYTES_MAX);
        lines.exceptionHandler(tooLong -> lose(tooLong, "cut"));
        answer.handler(lines);
        answer.exceptionHandler(cause -> lose(cause, "cut"));
        answer.endHandler(end -> lose(null, "closed"));
    }

    private void line(Buffer bytes) {
        if (over) {
            return;
        }
        String line = bytes.toString(StandardCharsets.UTF_8);
        if (line.startsWith("event: ")) {
            name = line.substring(7);
        } else if (line.startsWith("data: ")) {
            data = line.substring(6);
        } else if (line.isEmpty() && !name.isEmpty()) {
            String heard = name;
            name = "";
            listener.heard(heard, data);
        }
    }

    private void lose(Throwable cause, String kind) {
        if (!over) {
            close();
            listener.lost(cause instanceof TimeoutException ? "timeout" : kind);
        }
    }

    /** Nothing is told from now on. */
    void close() {
        over = true;
        if (response != null) {
            response.request().reset();
        }
    }
}
