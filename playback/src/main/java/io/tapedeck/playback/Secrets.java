package io.tapedeck.playback;

import io.tapedeck.store.Sha256;
import java.security.SecureRandom;
import java.util.Base64;

/** Random secrets, and the hashes by which they are stored. */
public final class Secrets {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET_BYTES = 32;
    /** Letters and digits that are not taken for one another. */
    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    private static final int WRITE_KEY_LENGTH = 28;

    private Secrets() {}

    /** 32 random bytes as URL-safe text. */
    static String generate() {
        byte[] bytes = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A write key. It stands in public pages: it is random so that nobody has it by chance. */
    public static String generateWriteKey() {
        return "pk_" + letters(WRITE_KEY_LENGTH);
    }

    /** An API token, to be told from other secrets by how it begins. */
    static String generateApiToken() {
        return "td_" + generate();
    }

    /** Random letters and digits that can be read out and typed. */
    public static String letters(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    /** SHA-256 as hex. Enough for what is random; passwords have {@link PasswordHasher}. */
    public static String hash(String secret) {
        return Sha256.hex(secret);
    }
}
