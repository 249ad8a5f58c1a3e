package io.tapedeck.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash that names things by their content. */
final class Sha256 {
    private Sha256() {}

    static MessageDigest fresh() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
