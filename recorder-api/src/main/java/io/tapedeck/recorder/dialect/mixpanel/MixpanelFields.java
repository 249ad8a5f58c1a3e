package io.tapedeck.recorder.dialect.mixpanel;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tapedeck.recorder.dialect.SdkName;
import io.tapedeck.recorder.dialect.SoundText;
import io.tapedeck.recorder.dialect.Upload;

/** What requests of every kind say in the same words. */
final class MixpanelFields {
    private static final int USER_ID_CHARS_MAX = 200;

    private MixpanelFields() {}

    /** @param version may be null or anything */
    static String sdk(String version) {
        return SdkName.of("mixpanel", version);
    }

    /**
     * The person of a user id. The id of a visitor that nobody has identified is no user id, and a part of one would be
     * somebody else's.
     *
     * @param userId may be null
     * @return null if there is none, or one too long to be kept
     */
    static Upload.Person person(String userId) {
        if (userId == null || userId.isEmpty() || userId.length() > USER_ID_CHARS_MAX) {
            return null;
        }
        return new Upload.Person(SoundText.of(userId), JsonNodeFactory.instance.objectNode());
    }
}
