package io.tapedeck.recorder.dialect;

import io.tapedeck.store.ChunkId;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.Sha256;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Ids that other clients make, as sessions, windows and chunks may have them: those of another form are mapped, always the
 * same way, so that no recording is lost for the look of its id.
 */
public final class ForeignId {
    private static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private static final int HEX_DIGITS = 32;

    private ForeignId() {}

    /** The id itself if a session or a window can be named so, else {@code x-} and a hash of it. */
    public static String of(String id) {
        return SessionKey.isValidId(id) ? id : "x-" + Sha256.hex(id).substring(0, HEX_DIGITS);
    }

    /** The chunk's id that a uuid is; null if the text is none. */
    public static ChunkId chunkOrNull(String uuid) {
        return isUuid(uuid) ? ChunkId.ofUuid(UUID.fromString(uuid)) : null;
    }

    /** Whether the text, which may be null, is a uuid as it is usually written. */
    public static boolean isUuid(String text) {
        return text != null && UUID_FORM.matcher(text).matches();
    }
}
