package io.tapedeck.recorder.dialect.tapedeck;

import com.fasterxml.jackson.databind.JsonNode;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.dialect.SoundText;
import io.tapedeck.recorder.dialect.Traits;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.event.EventScan;
import io.tapedeck.store.event.EventScanner;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import io.tapedeck.store.event.MalformedEventsException;
import io.tapedeck.store.event.ScanLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the object around a chunk's events, and these, in one pass. Members may come in any order, those it doesn't know are passed
 * over, and null is the same as absent. Not thread-safe; used again for each body.
 */
final class EnvelopeReader {
    private static final int USER_ID_CHARS_MAX = 200;
    private static final int TEXT_CHARS_MAX = 200;
    /** The last instant that a date in JavaScript can be. */
    private static final double TIME_MAX = 8.64e15;

    private static final String WHOLE = "the body";
    private static final Member[] MEMBERS = Member.values();

    private final EventScanner scanner;
    private final JsonScanner json;
    private byte[] body;
    /** What is being read, for what may be wrong with it. */
    private String reading;

    private String session;
    private WindowId window;
    private long seq;
    private long sentAt;
    private boolean isFinal;
    private MaskingLevel masking;
    private Upload.Person person;
    private String release;
    private SortedMap<String, String> tags;
    private EventScan events;

    EnvelopeReader(ScanLimits limits) {
        this.scanner = new EventScanner(limits);
        this.json = new JsonScanner(limits.depthMax());
    }

    /** @throws ProblemException MALFORMED, naming the member */
    Upload read(ByteBuffer from) {
        clear();
        body = from.array();
        int start = from.arrayOffset() + from.position();
        try {
            json.reset(body, start, start + from.remaining());
            require(json.peek() == Kind.OBJECT, "the body must be a JSON object");
            json.beginObject();
            while (json.nextMember()) {
                readMember();
            }
            json.end();
            return finished();
        } catch (MalformedEventsException e) {
            throw Problem.malformed(reading + ": " + e.getMessage());
        } finally {
            clear();
        }
    }

    private void readMember() {
        for (Member member : MEMBERS) {
            if (json.nameIs(member.name)) {
                reading = member.name;
                readKnown(member);
                reading = WHOLE;
                return;
            }
        }
        json.skipValue();
    }

    private void readKnown(Member member) {
        if (json.peek() == Kind.NULL) {
            json.skipValue();
            return;
        }
        require(json.peek() == member.kind, member.name + " must be " + member.what);
        switch (member) {
            case SESSION -> session = readId(member.name);
            case WINDOW -> window = new WindowId(readId(member.name));
            case SEQ -> seq = readSeq();
            case SENT_AT -> sentAt = readTime();
            case FINAL -> isFinal = json.readBoolean();
            case MASKING -> readMasking();
            case USER -> readUser();
            case RELEASE -> release = readText(member.name, TEXT_CHARS_MAX);
            case TAGS -> readTags();
            case EVENTS -> readEvents();
        }
    }

    private String readId(String what) {
        String id = json.readString(SessionKey.ID_CHARS_MAX + 1);
        require(SessionKey.isValidId(id), what + " must be " + SessionKey.ID_FORM);
        return id;
    }

    private long readSeq() {
        long number = json.readLong();
        require(number >= 0 && number <= Integer.MAX_VALUE, "seq must be from 0 to 2147483647");
        return number;
    }

    /** The time of sending only helps to judge the client's clock: a wild one is ignored, the recording is kept. */
    private long readTime() {
        double time = json.readDouble();
        return time >= 0 && time <= TIME_MAX ? (long) time : Chunk.NO_TIME;
    }

    private void readMasking() {
        json.beginObject();
        while (json.nextMember()) {
            if (!json.nameIs("level")) {
                json.skipValue();
                continue;
            }
            require(json.peek() == Kind.STRING, "masking.level must be a string");
            masking = switch (json.readString(TEXT_CHARS_MAX)) {
                case "strict" -> MaskingLevel.STRICT;
                case "balanced" -> MaskingLevel.BALANCED;
                case "open" -> MaskingLevel.OPEN;
                default -> throw Problem.malformed("masking.level must be strict, balanced or open");
            };
        }
    }

    private void readUser() {
        String id = null;
        JsonNode traits = Traits.none();
        json.beginObject();
        while (json.nextMember()) {
            if (json.nameIs("id")) {
                id = readUserId();
            } else if (json.nameIs("traits") && json.peek() != Kind.NULL) {
                traits = readTraits();
            } else {
                json.skipValue();
            }
        }
        require(id != null && !id.isEmpty(), "user.id is missing or empty");
        person = new Upload.Person(id, traits);
    }

    /** Sites have numbers for ids as often as strings. */
    private String readUserId() {
        if (json.peek() == Kind.NUMBER) {
            return Long.toString(json.readLong());
        }
        require(json.peek() == Kind.STRING, "user.id must be a string");
        return readText("user.id", USER_ID_CHARS_MAX);
    }

    private JsonNode readTraits() {
        require(json.peek() == Kind.OBJECT, "user.traits must be an object");
        json.skipValue();
        int length = json.valueTo() - json.valueFrom();
        require(length <= Traits.BYTES_MAX, "user.traits must be at most " + Traits.BYTES_MAX + " bytes of JSON");
        try {
            return Traits.read(body, json.valueFrom(), length);
        } catch (IOException e) {
            throw Problem.malformed(
                    "user.traits is nested deeper than " + Traits.DEPTH_MAX + " or holds what JSON does not");
        }
    }

    private void readTags() {
        tags.clear();
        json.beginObject();
        while (json.nextMember()) {
            String name = SoundText.of(json.name());
            require(!name.isEmpty() && name.length() <= TEXT_CHARS_MAX, "a tag's name must be 1 to 200 characters");
            require(json.peek() == Kind.STRING, "a tag's value must be a string");
            tags.put(name, readText("a tag's value", TEXT_CHARS_MAX));
            require(tags.size() <= SessionFacts.TAGS_MAX, "there may be at most " + SessionFacts.TAGS_MAX + " tags");
        }
    }

    private void readEvents() {
        require(events == null, "events must be there once");
        events = scanner.read(json);
    }

    private String readText(String what, int charsMax) {
        String text = SoundText.of(json.readString(charsMax + 1));
        require(text.length() <= charsMax, what + " must be at most " + charsMax + " characters");
        return text;
    }

    private Upload finished() {
        require(session != null, "session is missing");
        require(window != null, "window is missing");
        require(masking != null, "masking.level is missing");
        require(events != null, "events is missing");
        require(
                events.events() > 0 || isFinal || person != null || !tags.isEmpty(),
                "events may be empty only with final, user or tags");
        return Upload.of("tapedeck", session, window)
                .seq(seq)
                .sentAt(sentAt)
                .isFinal(isFinal)
                .masking(masking)
                .person(person)
                .release(release)
                .tags(tags)
                .events(events)
                .build();
    }

    private void clear() {
        body = null;
        json.clear();
        reading = WHOLE;
        session = null;
        window = null;
        seq = Chunk.NO_SEQ;
        sentAt = Chunk.NO_TIME;
        isFinal = false;
        masking = null;
        person = null;
        release = null;
        tags = new TreeMap<>();
        events = null;
    }

    private static void require(boolean condition, String detail) {
        if (!condition) {
            throw Problem.malformed(detail);
        }
    }

    /** The members it knows, and what each must be. */
    private enum Member {
        SESSION("session", Kind.STRING, "a string"),
        WINDOW("window", Kind.STRING, "a string"),
        SEQ("seq", Kind.NUMBER, "a whole number"),
        SENT_AT("sentAt", Kind.NUMBER, "a number"),
        FINAL("final", Kind.BOOLEAN, "true or false"),
        MASKING("masking", Kind.OBJECT, "an object"),
        USER("user", Kind.OBJECT, "an object"),
        RELEASE("release", Kind.STRING, "a string"),
        TAGS("tags", Kind.OBJECT, "an object"),
        EVENTS("events", Kind.ARRAY, "an array");

        private final String name;
        private final Kind kind;
        private final String what;

        Member(String name, Kind kind, String what) {
            this.name = name;
            this.kind = kind;
            this.what = what;
        }
    }
}
