package io.tapedeck.recorder.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.WindowId;
import java.nio.ByteBuffer;
import java.util.SortedMap;

/**
 * What one window uploads, as its dialect understood it: not yet scanned, the project not yet known. Immutable.
 *
 * @param session the session's id
 * @param window which tab
 * @param id the client's own uuid of this upload, or null: then its content is its id
 * @param seq the client's number, or {@link io.tapedeck.store.Chunk#NO_SEQ}
 * @param sentAt the client's clock, epoch ms, or {@link io.tapedeck.store.Chunk#NO_TIME}
 * @param isFinal whether the window says that it ends
 * @param masking what the recorder says it has masked
 * @param person who the session belongs to, or null
 * @param sdk which recorder, such as {@code tapedeck}
 * @param release the site's own release, or null
 * @param tags name to value
 * @param events the JSON array of rrweb events, array-backed
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
        ByteBuffer events) {

    /**
     * Whom the site names.
     *
     * @param id the site's own user id
     * @param traits a JSON object
     */
    public record Person(String id, JsonNode traits) {}
}
