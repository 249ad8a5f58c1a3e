package io.tapedeck.recorder.dialect.sentry;

import io.tapedeck.http.Problem;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import io.tapedeck.store.event.MalformedEventsException;
import io.tapedeck.store.event.ScanLimits;

/**
 * What an {@code event} or {@code feedback} says. Immutable by agreement.
 *
 * @param id as it stands there, or null
 * @param at epoch ms, or {@link Chunk#NO_TIME}
 * @param replay the recording that went on, or null if the event itself does not say
 * @param error what was thrown, or null
 * @param feedback what the visitor wrote, or null
 */
record ReportedEvent(
        String id, long at, String replay, ErrorText error, String feedback, Upload.Person person, String release) {
    private static final int DEPTH_MAX = ScanLimits.DEFAULT.depthMax();
    private static final int TEXT_CHARS_MAX = 200;
    private static final int FEEDBACK_CHARS_MAX = 4_096;

    static ReportedEvent read(Envelope envelope, Envelope.Item item) {
        try {
            JsonScanner json = new JsonScanner(DEPTH_MAX).reset(envelope.json(), item.from(), item.to());
            Reading reading = new Reading();
            json.beginObject();
            while (json.nextMember()) {
                reading.readMember(json, envelope.json());
            }
            json.end();
            return reading.finished();
        } catch (MalformedEventsException e) {
            throw Problem.malformed(item.type().text() + ": " + e.getMessage());
        }
    }

    /** What has been read so far. */
    private static final class Reading {
        private String id;
        private long at = Chunk.NO_TIME;
        private String ofContexts;
        private String ofTags;
        private ErrorText thrown;
        private String level;
        private String message;
        private String feedback;
        private Upload.Person person;
        private String release;

        void readMember(JsonScanner json, byte[] body) {
            if (json.nameIs("event_id")) {
                id = Values.text(json, Values.ID_CHARS_MAX);
            } else if (json.nameIs("timestamp")) {
                at = readTime(json);
            } else if (json.nameIs("exception")) {
                thrown = ErrorText.read(json);
            } else if (json.nameIs("level")) {
                level = Values.text(json, TEXT_CHARS_MAX);
            } else if (json.nameIs("message") || json.nameIs("logentry")) {
                readMessage(json);
            } else if (json.nameIs("contexts")) {
                readContexts(json);
            } else if (json.nameIs("tags")) {
                ofTags = Values.textWithin(json, "replayId", Values.ID_CHARS_MAX + 1);
            } else if (json.nameIs("user")) {
                person = Users.read(json, body);
            } else if (json.nameIs("release")) {
                release = Values.text(json, TEXT_CHARS_MAX);
            } else {
                json.skipValue();
            }
        }

        ReportedEvent finished() {
            boolean reported = thrown == null && message != null && ("error".equals(level) || "fatal".equals(level));
            ErrorText error = reported ? ErrorText.ofMessage(message) : thrown;
            return new ReportedEvent(
                    id, at, ofContexts == null ? ofTags : ofContexts, error, feedback, person, release);
        }

        private void readMessage(JsonScanner json) {
            boolean plain = json.peek() == Kind.STRING;
            String text = plain
                    ? Values.text(json, ErrorText.MESSAGE_CHARS_MAX)
                    : Values.textWithin(json, "message", ErrorText.MESSAGE_CHARS_MAX);
            message = text == null ? message : text;
        }

        private void readContexts(JsonScanner json) {
            if (!Values.enter(json)) {
                return;
            }
            while (json.nextMember()) {
                if (json.nameIs("replay")) {
                    ofContexts = Values.textWithin(json, "replay_id", Values.ID_CHARS_MAX + 1);
                } else if (json.nameIs("feedback")) {
                    readFeedback(json);
                } else {
                    json.skipValue();
                }
            }
        }

        private void readFeedback(JsonScanner json) {
            if (!Values.enter(json)) {
                return;
            }
            while (json.nextMember()) {
                if (json.nameIs("message")) {
                    feedback = Values.text(json, FEEDBACK_CHARS_MAX);
                } else if (json.nameIs("replay_id")) {
                    ofContexts = Values.text(json, Values.ID_CHARS_MAX + 1);
                } else {
                    json.skipValue();
                }
            }
        }

        /** In seconds, or as a date. */
        private static long readTime(JsonScanner json) {
            if (json.peek() == Kind.NUMBER) {
                double seconds = json.readDouble();
                return Values.isSeconds(seconds) ? Values.toMs(seconds) : Chunk.NO_TIME;
            }
            String text = Values.text(json, TEXT_CHARS_MAX);
            return text == null ? Chunk.NO_TIME : Values.timeOrNone(text);
        }
    }
}
