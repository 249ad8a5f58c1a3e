package io.tapedeck.recorder.dialect.posthog;

import io.tapedeck.recorder.dialect.SoundText;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;

/** Reads texts of which it is not certain that they are texts. */
final class Texts {
    private Texts() {}

    /**
     * Reads the scanner's next value if it is a string, and passes over it if it is not.
     *
     * @return at most the first {@code charsMax} characters, sound; null if it is no string
     */
    static String orNull(JsonScanner json, int charsMax) {
        if (json.peek() != Kind.STRING) {
            json.skipValue();
            return null;
        }
        return SoundText.of(json.readString(charsMax));
    }
}
