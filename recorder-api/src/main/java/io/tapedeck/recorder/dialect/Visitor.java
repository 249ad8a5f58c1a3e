package io.tapedeck.recorder.dialect;

import io.tapedeck.store.Sha256;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tag by which sessions of the same browser are found together while nobody has said who its visitor is. It is a
 * hash: it neither shows the id that the client made up for the browser, nor is it the same under another write key.
 */
public final class Visitor {
    /** The tag's name. */
    public static final String TAG = "visitor";

    private static final int HEX_DIGITS = 16;

    private Visitor() {}

    /**
     * The tag.
     *
     * @param key the write key
     * @param browser the client's own id of the browser, or null
     */
    public static SortedMap<String, String> tag(String key, String browser) {
        if (browser == null || browser.isEmpty()) {
            return Collections.emptySortedMap();
        }
        return new TreeMap<>(Map.of(TAG, Sha256.hex(key + '\n' + browser).substring(0, HEX_DIGITS)));
    }
}
