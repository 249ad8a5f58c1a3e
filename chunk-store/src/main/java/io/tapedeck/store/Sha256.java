package io.tapedeck.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, for what is named by a hash or compared by one. Thread-safe. */
public final class Sha256 {
    private Sha256() {}

    /** Of a text in UTF-8: 64 lower-case hexadecimal digits. */
    public static String hex(String text) {
        return HexFormat.of().formatHex(of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Of bytes: 32 bytes. */
    public static byte[] of(byte[] bytes) {
        return fresh().digest(bytes);
    }

    /** For what comes piece by piece. Not thread-safe. */
    public static MessageDigest fresh() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
