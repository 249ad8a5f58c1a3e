package io.tapedeck.recorder.dialect.mixpanel;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.dialect.Endpoint.Decoded;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.recorder.inflate.MemoryBudget;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import io.tapedeck.store.event.MalformedEventsException;
import io.tapedeck.store.event.ScanLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a batch of analytics events, or of profile updates, and says what they mean to replays: nothing, for most. Such a
 * batch is the site's analytics, so nothing is made of an event before it is known to name a replay. Not thread-safe; for
 * one batch.
 *
 * <p>Each event is an upload of its own, whose id is the event's, because the SDK puts an event that it sends again into
 * another batch.
 */
final class EventBatch {
    /** The SDK sends 50 and makes batches smaller when it is told that they are too large. */
    private static final int UPLOADS_MAX = 2_000;

    private static final int DEPTH_MAX = ScanLimits.DEFAULT.depthMax();
    private static final int TOKEN_CHARS_MAX = 200;

    private final MemoryBudget budget;
    private final JsonScanner json = new JsonScanner(DEPTH_MAX);
    private final TrackedEvent event = new TrackedEvent();
    private final List<Upload> uploads = new ArrayList<>();
    private byte[] body;
    private String token;

    EventBatch(MemoryBudget budget) {
        this.budget = budget;
    }

    /**
     * Reads an array of events, or a single one.
     *
     * @throws ProblemException MALFORMED; UNAUTHENTICATED if no event has a token; TOO_LARGE
     */
    Decoded read(ByteBuffer batch) {
        body = batch.array();
        int from = batch.arrayOffset() + batch.position();
        json.reset(body, from, from + batch.remaining());
        try {
            if (json.peek() == Kind.ARRAY) {
                json.beginArray();
                while (json.nextElement()) {
                    readOne();
                }
            } else {
                readOne();
            }
            json.end();
        } catch (MalformedEventsException e) {
            throw Problem.malformed("data: " + e.getMessage());
        }
        if (token == null) {
            throw Problem.of(ProblemCode.UNAUTHENTICATED, "no event has a token")
                    .asException();
        }
        return new Decoded(token, uploads);
    }

    private void readOne() {
        event.clear();
        String profileToken = null;
        json.beginObject();
        while (json.nextMember()) {
            if (json.nameIs("$token") && json.peek() == Kind.STRING) {
                profileToken = json.readString(TOKEN_CHARS_MAX);
                continue;
            }
            boolean name = json.nameIs("event") && json.peek() == Kind.STRING;
            boolean properties = json.nameIs("properties") && json.peek() == Kind.OBJECT;
            json.skipValue();
            if (name) {
                event.named(json.valueFrom(), json.valueTo());
            } else if (properties) {
                event.readProperties(body, json.valueFrom(), json.valueTo());
            }
        }
        know(profileToken != null ? profileToken : event.token());
        addUpload();
    }

    /** An SDK's batch is of one project; what is of another would be stored in the wrong one. */
    private void know(String found) {
        if (token == null) {
            token = found;
        } else if (found != null && !token.equals(found)) {
            throw Problem.malformed("the events have several tokens");
        }
    }

    private void addUpload() {
        if (!SessionKey.isValidId(event.replay())) {
            return;
        }
        WindowId window = new WindowId(event.replay());
        ByteBuffer marker = event.marker(body, budget);
        Upload.Person person = MixpanelFields.person(event.userId());
        if (marker == null && (person == null || !event.identifies(body))) {
            return;
        }
        if (uploads.size() == UPLOADS_MAX) {
            throw Problem.of(ProblemCode.TOO_LARGE, "more than " + UPLOADS_MAX + " events of replays")
                    .asException();
        }
        Upload.Builder upload = Upload.of(MixpanelFields.sdk(event.version()), window.value(), window)
                .id(id(event.insertId()))
                .person(person)
                .beside();
        uploads.add(marker == null ? upload.build() : upload.events(marker).build());
    }

    private static ChunkId id(String insertId) {
        return insertId == null
                ? null
                : ChunkId.ofContent(ByteBuffer.wrap(("$insert_id " + insertId).getBytes(StandardCharsets.UTF_8)));
    }
}
