package io.tapedeck.store.object;

import io.tapedeck.store.SessionKey;
import io.tapedeck.store.Sha256;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The operator's keys, which never leave this process: the first encrypts, the others are those it replaced and only
 * decrypt. A key is known by the first four bytes of its SHA-256. Immutable, thread-safe.
 *
 * <p>A session's key is wrapped so, with the session as additional data, so that it opens nothing else's:
 *
 * <pre>
 *   offset  0        4           16                  48        64
 *           ├────────┼───────────┼───────────────────┼─────────┤
 *           │ key id │ nonce     │ the key, AES-256- │ tag     │
 *           │        │ (random)  │ GCM               │         │
 *           └────────┴───────────┴───────────────────┴─────────┘
 * </pre>
 */
public final class MasterKeys {
    /** Bytes of a key: AES-256. */
    public static final int KEY_BYTES = 32;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int WRAPPED_BYTES = Integer.BYTES + NONCE_BYTES + KEY_BYTES + TAG_BITS / Byte.SIZE;

    private final Map<Integer, byte[]> keys = new LinkedHashMap<>();
    private final int current;
    private final SecureRandom random = new SecureRandom();

    /** @throws IllegalArgumentException if there is none, or one has not {@value #KEY_BYTES} bytes */
    public MasterKeys(List<byte[]> newestFirst) {
        if (newestFirst.isEmpty()) {
            throw new IllegalArgumentException("there is no master key");
        }
        for (byte[] key : newestFirst) {
            if (key.length != KEY_BYTES) {
                throw new IllegalArgumentException("a master key has " + KEY_BYTES + " bytes");
            }
            keys.put(id(key), key.clone());
        }
        this.current = keys.keySet().iterator().next();
    }

    /** Which key encrypts now. */
    int current() {
        return current;
    }

    /** @throws StoreException UNAUTHORIZED if it is not one of these */
    byte[] key(int id) {
        byte[] key = keys.get(id);
        if (key == null) {
            throw new StoreException(
                    StoreErrorKind.UNAUTHORIZED,
                    "encrypted with the master key %08x, which this process was not given".formatted(id));
        }
        return key;
    }

    byte[] wrap(SessionKey session, byte[] key) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] encrypted =
                    cipher(Cipher.ENCRYPT_MODE, current, nonce, session).doFinal(key);
            return ByteBuffer.allocate(WRAPPED_BYTES)
                    .putInt(current)
                    .put(nonce)
                    .put(encrypted)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot encrypt", e);
        }
    }

    /** @throws StoreException CORRUPT if these are not the bytes that {@link #wrap} gave for that session */
    byte[] unwrap(SessionKey session, byte[] wrapped) {
        if (wrapped.length != WRAPPED_BYTES) {
            throw damaged(null);
        }
        ByteBuffer parts = ByteBuffer.wrap(wrapped);
        int id = parts.getInt();
        byte[] nonce = new byte[NONCE_BYTES];
        parts.get(nonce);
        byte[] encrypted = new byte[parts.remaining()];
        parts.get(encrypted);
        try {
            return cipher(Cipher.DECRYPT_MODE, id, nonce, session).doFinal(encrypted);
        } catch (GeneralSecurityException e) {
            throw damaged(e);
        }
    }

    private Cipher cipher(int mode, int id, byte[] nonce, SessionKey session) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key(id), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((session.project() + "/" + session.session()).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static StoreException damaged(Exception cause) {
        return new StoreException(StoreErrorKind.CORRUPT, "a session's wrapped key is damaged", cause);
    }

    private static int id(byte[] key) {
        return ByteBuffer.wrap(Sha256.of(key)).getInt();
    }
}
