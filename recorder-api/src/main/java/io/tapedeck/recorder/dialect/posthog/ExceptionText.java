package io.tapedeck.recorder.dialect.posthog;

import io.tapedeck.recorder.dialect.StackFrame;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import io.tapedeck.store.event.ScanLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A thrown error as a person reads it: {@code $exception_list} has the error and what caused it, each with its frames,
 * the outermost call first. Mutable; for one exception.
 */
final class ExceptionText {
    private static final int DEPTH_MAX = ScanLimits.DEFAULT.depthMax();
    private static final int CAUSES_MAX = 5;
    private static final int FRAMES_MAX = 50;
    private static final int NAME_CHARS_MAX = 200;
    private static final int MESSAGE_CHARS_MAX = 2_500;
    private static final int FILE_CHARS_MAX = 500;

    private final JsonScanner json = new JsonScanner(DEPTH_MAX);
    private final StringBuilder stack = new StringBuilder();
    private String name;
    private String message;
    private int errors;

    /**
     * Reads the list.
     *
     * @param list valid JSON, an array
     */
    ExceptionText read(ByteBuffer list) {
        int from = list.arrayOffset() + list.position();
        json.reset(list.array(), from, from + list.remaining());
        json.beginArray();
        while (json.nextElement()) {
            if (json.peek() == Kind.OBJECT && errors < CAUSES_MAX) {
                error();
            } else {
                json.skipValue();
            }
        }
        return this;
    }

    /** Such as {@code TypeError}; null if it has none. */
    String name() {
        return name;
    }

    /** Null if it has none. */
    String message() {
        return message;
    }

    /** Lines as a browser's, the innermost call first; null if there is no frame. */
    String stack() {
        return stack.indexOf("\n") < 0 ? null : stack.toString();
    }

    private void error() {
        String type = null;
        String value = null;
        List<String> frames = new ArrayList<>();
        json.beginObject();
        while (json.nextMember()) {
            if (json.nameIs("type")) {
                type = Texts.orNull(json, NAME_CHARS_MAX);
            } else if (json.nameIs("value")) {
                value = Texts.orNull(json, MESSAGE_CHARS_MAX);
            } else if (json.nameIs("stacktrace") && json.peek() == Kind.OBJECT) {
                stacktrace(frames);
            } else {
                json.skipValue();
            }
        }
        add(type, value, frames);
    }

    private void add(String type, String value, List<String> frames) {
        if (errors++ == 0) {
            name = type;
            message = value;
        } else {
            stack.append("\nCaused by: ");
        }
        stack.append(type == null ? "Error" : type).append(value == null ? "" : ": " + value);
        for (int i = frames.size() - 1; i >= 0; i--) {
            stack.append("\n    at ").append(frames.get(i));
        }
    }

    private void stacktrace(List<String> frames) {
        json.beginObject();
        while (json.nextMember()) {
            if (!json.nameIs("frames") || json.peek() != Kind.ARRAY) {
                json.skipValue();
                continue;
            }
            json.beginArray();
            while (json.nextElement()) {
                frame(frames);
            }
        }
    }

    /** The innermost frames are the last ones: they are kept. */
    private void frame(List<String> frames) {
        if (json.peek() != Kind.OBJECT) {
            json.skipValue();
            return;
        }
        String file = null;
        String function = null;
        String line = null;
        String column = null;
        json.beginObject();
        while (json.nextMember()) {
            if (json.nameIs("filename")) {
                file = Texts.orNull(json, FILE_CHARS_MAX);
            } else if (json.nameIs("function")) {
                function = Texts.orNull(json, NAME_CHARS_MAX);
            } else if (json.nameIs("lineno")) {
                line = number();
            } else if (json.nameIs("colno")) {
                column = number();
            } else {
                json.skipValue();
            }
        }
        if (frames.size() == FRAMES_MAX) {
            frames.remove(0);
        }
        frames.add(StackFrame.text(function, file, line, column));
    }

    private String number() {
        if (json.peek() != Kind.NUMBER) {
            json.skipValue();
            return null;
        }
        return Long.toString((long) json.readDouble());
    }
}
