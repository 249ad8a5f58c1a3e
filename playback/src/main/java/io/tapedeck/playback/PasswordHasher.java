package io.tapedeck.playback;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Passwords to Argon2id hashes in their usual encoded form,
 * {@code $argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>}, and back to a yes or no. Stateless, thread-safe. Each call takes
 * tens of milliseconds of a core and 19 MB: not for event loops, and not for many at once.
 */
public final class PasswordHasher {
    /** Characters of a password to be set. */
    public static final int PASSWORD_LENGTH_MIN = 8;

    public static final int PASSWORD_LENGTH_MAX = 1_024;

    /** OWASP's recommendation: 19 MB, two passes, one lane. */
    private static final int MEMORY_KB = 19 * 1024;

    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /** What a stored hash may at most ask for. */
    private static final int MEMORY_KB_MAX = 256 * 1024;

    private static final int PASSES_MAX = 16;
    private static final int LANES_MAX = 16;

    private static final Pattern ENCODED = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,3})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    private final SecureRandom random = new SecureRandom();

    /** A new hash with a salt of its own. */
    public String hash(String password) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return encoded(salt, compute(password, salt, MEMORY_KB, PASSES, LANES, HASH_BYTES));
    }

    /** A hash that no password has, though asking whether one does takes as long as with any other. */
    String hashOfNothing() {
        byte[] bytes = new byte[SALT_BYTES + HASH_BYTES];
        random.nextBytes(bytes);
        return encoded(Arrays.copyOf(bytes, SALT_BYTES), Arrays.copyOfRange(bytes, SALT_BYTES, bytes.length));
    }

    private static String encoded(byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(MEMORY_KB, PASSES, LANES, base64.encodeToString(salt), base64.encodeToString(hash));
    }

    /**
     * Whether a password is the one that was hashed; the time taken says nothing about how alike they are.
     *
     * @throws IllegalArgumentException if {@code encoded} is not such a hash, or asks for too much
     */
    public boolean verify(String password, String encoded) {
        Matcher parts = ENCODED.matcher(encoded);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not an Argon2id hash in encoded form");
        }
        int memoryKb = Integer.parseInt(parts.group(1));
        int passes = Integer.parseInt(parts.group(2));
        int lanes = Integer.parseInt(parts.group(3));
        if (memoryKb > MEMORY_KB_MAX || passes > PASSES_MAX || lanes > LANES_MAX || lanes < 1 || passes < 1) {
            throw new IllegalArgumentException("the Argon2id hash asks for too much, or for nothing");
        }
        byte[] salt = Base64.getDecoder().decode(parts.group(4));
        byte[] expected = Base64.getDecoder().decode(parts.group(5));
        byte[] actual = compute(password, salt, memoryKb, passes, lanes, expected.length);
        return MessageDigest.isEqual(expected, actual);
    }

    private static byte[] compute(String password, byte[] salt, int memoryKb, int passes, int lanes, int length) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withSalt(salt)
                .withMemoryAsKB(memoryKb)
                .withIterations(passes)
                .withParallelism(lanes)
                .build());
        byte[] hash = new byte[length];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }
}
