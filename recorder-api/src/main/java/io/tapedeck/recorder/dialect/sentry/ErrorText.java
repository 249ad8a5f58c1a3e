package io.tapedeck.recorder.dialect.sentry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.recorder.dialect.StackFrame;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * An error as people read it: the stack is text of the form that browsers give it, innermost frame first, and what caused
 * the error below it. Immutable.
 *
 * @param stack null if none is known
 */
record ErrorText(String name, String message, String stack) {
    static final int MESSAGE_CHARS_MAX = 2_000;

    private static final int NAME_CHARS_MAX = 200;
    private static final int STACK_CHARS_MAX = 8_000;
    private static final int CAUSES_MAX = 5;
    private static final int FRAMES_MAX = 50;
    private static final int FUNCTION_CHARS_MAX = 200;
    private static final int FILE_CHARS_MAX = 500;

    /** Something that was reported as an error without anything being thrown. */
    static ErrorText ofMessage(String message) {
        return new ErrorText("Error", message, null);
    }

    /** Reads the scanner's next value, an object with values or the values themselves; null if nothing was thrown. */
    static ErrorText read(JsonScanner json) {
        Deque<Thrown> values = new ArrayDeque<>();
        if (json.peek() == Kind.ARRAY) {
            readValues(json, values);
        } else if (Values.enter(json)) {
            while (json.nextMember()) {
                if (json.nameIs("values") && json.peek() == Kind.ARRAY) {
                    readValues(json, values);
                } else {
                    json.skipValue();
                }
            }
        }
        return values.isEmpty() ? null : of(values);
    }

    ObjectNode toJson() {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("name", name).put("message", message);
        return stack == null ? json : json.put("stack", stack);
    }

    /** Sentry has what was thrown last, and what caused it before. */
    private static ErrorText of(Deque<Thrown> values) {
        Thrown thrown = values.peekLast();
        StringBuilder stack = new StringBuilder();
        while (!values.isEmpty() && stack.length() < STACK_CHARS_MAX) {
            Thrown next = values.pollLast();
            stack.append(stack.isEmpty() ? "" : "Caused by: ")
                    .append(next.title())
                    .append('\n');
            next.frames().forEach(frame -> stack.append("    at ").append(frame).append('\n'));
        }
        String text =
                stack.substring(0, Math.min(stack.length(), STACK_CHARS_MAX)).stripTrailing();
        return new ErrorText(thrown.name(), thrown.message(), thrown.frames().isEmpty() ? null : text);
    }

    private static void readValues(JsonScanner json, Deque<Thrown> values) {
        json.beginArray();
        while (json.nextElement()) {
            if (!Values.enter(json)) {
                continue;
            }
            values.addLast(readValue(json));
            if (values.size() > CAUSES_MAX) {
                values.removeFirst();
            }
        }
    }

    private static Thrown readValue(JsonScanner json) {
        String name = "Error";
        String message = "";
        List<String> frames = List.of();
        while (json.nextMember()) {
            if (json.nameIs("type")) {
                name = orElse(Values.text(json, NAME_CHARS_MAX), name);
            } else if (json.nameIs("value")) {
                message = orElse(Values.text(json, MESSAGE_CHARS_MAX), message);
            } else if (json.nameIs("stacktrace") && json.peek() == Kind.OBJECT) {
                frames = readStack(json);
            } else {
                json.skipValue();
            }
        }
        return new Thrown(name, message, frames);
    }

    private static List<String> readStack(JsonScanner json) {
        List<String> frames = List.of();
        json.beginObject();
        while (json.nextMember()) {
            if (json.nameIs("frames") && json.peek() == Kind.ARRAY) {
                frames = readFrames(json);
            } else {
                json.skipValue();
            }
        }
        return frames;
    }

    /** Sentry has the innermost frame last; of too many the innermost are kept. */
    private static List<String> readFrames(JsonScanner json) {
        Deque<String> frames = new ArrayDeque<>();
        json.beginArray();
        while (json.nextElement()) {
            if (!Values.enter(json)) {
                continue;
            }
            frames.addFirst(readFrame(json));
            if (frames.size() > FRAMES_MAX) {
                frames.removeLast();
            }
        }
        return new ArrayList<>(frames);
    }

    private static String readFrame(JsonScanner json) {
        String function = null;
        String file = null;
        String line = null;
        String column = null;
        while (json.nextMember()) {
            if (json.nameIs("function")) {
                function = Values.text(json, FUNCTION_CHARS_MAX);
            } else if (json.nameIs("filename")) {
                file = Values.text(json, FILE_CHARS_MAX);
            } else if (json.nameIs("lineno")) {
                line = Values.text(json, NAME_CHARS_MAX);
            } else if (json.nameIs("colno")) {
                column = Values.text(json, NAME_CHARS_MAX);
            } else {
                json.skipValue();
            }
        }
        return StackFrame.text(function, file, line, column);
    }

    private static String orElse(String text, String otherwise) {
        return text == null ? otherwise : text;
    }

    /** One of the values: an error with its frames, innermost first. */
    private record Thrown(String name, String message, List<String> frames) {
        String title() {
            return message.isEmpty() ? name : name + ": " + message;
        }
    }
}
