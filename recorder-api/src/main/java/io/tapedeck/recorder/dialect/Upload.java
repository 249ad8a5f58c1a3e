package io.tapedeck.recorder.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.event.EventScan;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;

/**
 * What one window uploads, as its dialect understood it: the project not yet known. Immutable.
 *
 * @param session the session's id
 * @param window which tab
 * @param id the client's own uuid of this upload, or null: then its content is its id
 * @param seq the client's number, or {@link Chunk#NO_SEQ}
 * @param sentAt the client's clock, epoch ms, or {@link Chunk#NO_TIME}
 * @param isFinal whether the window says that it ends
 * @param masking what the recorder says it has masked; null if it says nothing, as other SDKs do
 * @param person who the session belongs to, or null
 * @param sdk which recorder, such as {@code tapedeck} or {@code posthog/1.449.2}
 * @param release the site's own release, or null
 * @param tags name to value
 * @param isRecording whether this is part of a recording; what is only said beside one (an analytics event) makes no
 *     session appear
 * @param events the JSON array of rrweb events, array-backed
 * @param scan what reading these events found; null if they are still to be read
 */
public record Upload(
        String session,
        WindowId window,
        ChunkId id,
        long seq,
        long sentAt,
        boolean isFinal,
        MaskingLevel masking,
        Person person,
        String sdk,
        String release,
        SortedMap<String, String> tags,
        boolean isRecording,
        ByteBuffer events,
        EventScan scan) {
    /** The window of what is said beside a recording by a client that does not say in which window; never one with a picture. */
    public static final WindowId NO_WINDOW = new WindowId("beside");

    /** Begins an upload of which only what is necessary is known. */
    public static Builder of(String sdk, String session, WindowId window) {
        return new Builder(sdk, session, window);
    }

    /**
     * Whom the site names.
     *
     * @param id the site's own user id
     * @param traits a JSON object
     */
    public record Person(String id, JsonNode traits) {}

    /** Puts an upload together. Not thread-safe. */
    public static final class Builder {
        private final String sdk;
        private final String session;
        private final WindowId window;
        private ChunkId id;
        private long seq = Chunk.NO_SEQ;
        private long sentAt = Chunk.NO_TIME;
        private boolean isFinal;
        private MaskingLevel masking;
        private Person person;
        private String release;
        private SortedMap<String, String> tags = Collections.emptySortedMap();
        private boolean isRecording = true;
        private ByteBuffer events = ByteBuffer.wrap("[]".getBytes(StandardCharsets.US_ASCII));
        private EventScan scan;

        private Builder(String sdk, String session, WindowId window) {
            this.sdk = sdk;
            this.session = session;
            this.window = window;
        }

        public Builder id(ChunkId value) {
            id = value;
            return this;
        }

        public Builder seq(long value) {
            seq = value;
            return this;
        }

        public Builder sentAt(long value) {
            sentAt = value;
            return this;
        }

        public Builder isFinal(boolean value) {
            isFinal = value;
            return this;
        }

        public Builder masking(MaskingLevel value) {
            masking = value;
            return this;
        }

        public Builder person(Person value) {
            person = value;
            return this;
        }

        public Builder release(String value) {
            release = value;
            return this;
        }

        public Builder tags(SortedMap<String, String> value) {
            tags = Collections.unmodifiableSortedMap(value);
            return this;
        }

        /** It is said beside a recording, not part of one. */
        public Builder beside() {
            isRecording = false;
            return this;
        }

        /** @param value a JSON array, array-backed */
        public Builder events(ByteBuffer value) {
            events = value;
            return this;
        }

        /** Events that were read already. */
        public Builder events(EventScan value) {
            events = value.array();
            scan = value;
            return this;
        }

        public Upload build() {
            return new Upload(
                    session,
                    window,
                    id,
                    seq,
                    sentAt,
                    isFinal,
                    masking,
                    person,
                    sdk,
                    release,
                    tags,
                    isRecording,
                    events,
                    scan);
        }
    }
}
