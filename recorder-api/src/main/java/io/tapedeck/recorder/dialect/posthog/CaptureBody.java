package io.tapedeck.recorder.dialect.posthog;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.dialect.Endpoint.Decoded;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.recorder.inflate.Unpacker;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import io.tapedeck.store.event.MalformedEventsException;
import io.tapedeck.store.event.ScanLimits;
import java.nio.ByteBuffer;

/**
 * Reads a body of captures in one pass, whichever of its forms it has:
 *
 * <pre>
 *   [⟨capture⟩, …]                                  token in the captures' properties
 *   ⟨capture⟩                                       there, or beside event
 *   {"api_key":…, "batch":[⟨capture⟩, …], …}
 * </pre>
 *
 * All of it must be one project's. For one body; not thread-safe.
 */
final class CaptureBody {
    /** Nesting that is passed over without running out of stack; real pages stay far below. */
    private static final int DEPTH_MAX = ScanLimits.DEFAULT.depthMax();

    private final JsonScanner json = new JsonScanner(DEPTH_MAX);
    private final byte[] body;
    private final int from;
    private final int to;
    private final SnapshotEvents snapshots;
    private final CaptureUploads uploads;
    private String token;

    CaptureBody(RequestHead head, ByteBuffer body, Unpacker unpacker) {
        this.body = body.array();
        this.from = body.arrayOffset() + body.position();
        this.to = from + body.remaining();
        this.snapshots = new SnapshotEvents(json, this.body, unpacker);
        this.uploads = new CaptureUploads(ClientTime.parse(head.query().get("_")), unpacker);
    }

    /** @throws ProblemException MALFORMED, TOO_LARGE; UNAUTHENTICATED if there is no token in it */
    Decoded read() {
        try {
            json.reset(body, from, to);
            if (json.peek() == Kind.ARRAY) {
                readItems();
            } else {
                readWhole();
            }
            json.end();
        } catch (MalformedEventsException e) {
            throw Problem.malformed("the body: " + e.getMessage());
        }
        if (token == null) {
            throw Problem.of(ProblemCode.UNAUTHENTICATED, "the body has no token")
                    .asException();
        }
        return new Decoded(token, uploads.all());
    }

    private void readItems() {
        json.beginArray();
        while (json.nextElement()) {
            if (json.peek() != Kind.OBJECT) {
                throw Problem.malformed("a capture must be an object");
            }
            Item item = new Item(json, body, snapshots);
            json.beginObject();
            while (json.nextMember()) {
                item.read();
            }
            accept(item);
        }
    }

    /** The object is a capture or has them in its batch. */
    private void readWhole() {
        Item item = new Item(json, body, snapshots);
        json.beginObject();
        while (json.nextMember()) {
            if (json.nameIs("batch") && json.peek() == Kind.ARRAY) {
                readItems();
            } else {
                item.read();
            }
        }
        accept(item);
    }

    private void accept(Item item) {
        if (item.token != null) {
            if (token != null && !token.equals(item.token)) {
                throw Problem.malformed("the captures have different tokens");
            }
            token = item.token;
        }
        uploads.add(item);
    }
}
