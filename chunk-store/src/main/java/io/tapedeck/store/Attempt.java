package io.tapedeck.store;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Names of attempts to write an object: random, so that no two processes ever take the same key. Thread-safe. */
public final class Attempt {
    private static final int BYTES = 6;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Attempt() {}

    /** 12 lower-case hexadecimal digits. */
    public static String next() {
        byte[] attempt = new byte[BYTES];
        RANDOM.nextBytes(attempt);
        return HexFormat.of().formatHex(attempt);
    }
}
