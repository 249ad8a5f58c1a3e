package io.tapedeck.recorder.dialect.posthog;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.recorder.dialect.ForeignId;
import io.tapedeck.recorder.dialect.SdkName;
import io.tapedeck.recorder.dialect.Traits;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.recorder.dialect.Upload.Person;
import io.tapedeck.recorder.dialect.Visitor;
import io.tapedeck.recorder.inflate.MemoryBudget;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.WindowId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * Makes uploads of captures: recordings of those that are recordings, and of the others what they say of the visitor and
 * the session. For one body; not thread-safe.
 */
final class CaptureUploads {
    private static final int UPLOADS_MAX = 5_000;
    /** What an upload takes besides its events. */
    private static final int UPLOAD_BYTES = 512;
    /** Of what all captures say of their visitors: what is read of it takes far more memory than it has bytes. */
    private static final int TRAITS_BYTES_MAX = 256 << 10;

    /** Old versions had no windows. */
    private static final WindowId ONLY_WINDOW = new WindowId("0");

    private final long sentAt;
    private final MemoryBudget budget;
    private final List<Upload> uploads = new ArrayList<>();
    private final Set<Said> said = new HashSet<>();
    private int traitsBytes;

    /** @param sentAt when the body was sent, for captures that don't say; or {@link Chunk#NO_TIME} */
    CaptureUploads(long sentAt, MemoryBudget budget) {
        this.sentAt = sentAt;
        this.budget = budget;
    }

    List<Upload> all() {
        return uploads;
    }

    /** Adds what a capture is of use for, which may be nothing. */
    void add(Item item) {
        if ("$snapshot".equals(item.event)) {
            addRecording(item);
        } else if (item.session != null && mayBeRecorded(item)) {
            addBeside(item);
        }
    }

    private void addRecording(Item item) {
        if (item.snapshot == null) {
            return;
        }
        if (item.session == null) {
            throw Problem.malformed("a $snapshot has no $session_id");
        }
        Person person = visitor(item);
        add(begin(item, person).id(ForeignId.chunkOrNull(item.uuid)).events(item.snapshot));
    }

    private void addBeside(Item item) {
        ByteBuffer event = CaptureMarker.of(item);
        Person person = visitor(item);
        if (event == null && person == null) {
            return;
        }
        Upload.Builder upload = begin(item, person).beside();
        if (event != null) {
            budget.reserve(event.capacity());
            add(upload.id(ForeignId.chunkOrNull(item.uuid)).events(event));
        } else if (said.add(new Said(item.session, item.window, person))) {
            // Without an id: what says the same again is the same chunk.
            add(upload);
        }
    }

    /** Beyond the bound only who it is. */
    private Person visitor(Item item) {
        int bytes = item.set == null ? 0 : item.set.remaining();
        if (bytes <= Traits.BYTES_MAX) {
            traitsBytes += bytes;
        }
        if (traitsBytes > TRAITS_BYTES_MAX) {
            item.set = null;
        }
        return NamedVisitor.of(item);
    }

    /** A client that has its configuration and does not record says so; before that it does not know yet. */
    private static boolean mayBeRecorded(Item item) {
        return !(item.configured && "disabled".equals(item.recordingStatus));
    }

    private Upload.Builder begin(Item item, Person person) {
        WindowId window = item.window == null ? ONLY_WINDOW : new WindowId(ForeignId.of(item.window));
        long sent = ClientTime.parse(item.sentAt);
        return Upload.of(SdkName.of("posthog", item.version), ForeignId.of(item.session), window)
                .sentAt(sent == Chunk.NO_TIME ? sentAt : sent)
                .person(person)
                .tags(tag(item, person));
    }

    /** While nobody is named, the client's id of the visitor is that of the browser. */
    private static SortedMap<String, String> tag(Item item, Person person) {
        String browser = item.deviceId == null && person == null ? item.distinctId : item.deviceId;
        return item.token == null ? Collections.emptySortedMap() : Visitor.tag(item.token, browser);
    }

    private void add(Upload.Builder upload) {
        if (uploads.size() == UPLOADS_MAX) {
            throw Problem.of(ProblemCode.TOO_LARGE, "there may be at most " + UPLOADS_MAX + " captures in a body")
                    .asException();
        }
        budget.reserve(UPLOAD_BYTES);
        uploads.add(upload.build());
    }

    /** Who a window's session belongs to, as this body has said it already. */
    private record Said(String session, String window, Person person) {}
}
