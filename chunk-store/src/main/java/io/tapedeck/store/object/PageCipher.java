package io.tapedeck.store.object;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * An encrypted object: how it is laid out, and the encryption of its pages. Immutable and thread-safe.
 *
 * <pre>
 *   offset  0          8         12      13       16       20             28        44
 *           ├──────────┼─────────┼───────┼────────┼────────┼──────────────┼─────────┤  then pages of 64 KB, each with
 *           │ TAPEDENC │ version │ scope │ 0 0 0  │ master │ plain length │ salt    │  a tag of 16 bytes after it; the
 *           │          │ u32     │ u8    │        │ u32    │ u64          │ 16      │  last is shorter, and there is
 *           └──────────┴─────────┴───────┴────────┴────────┴──────────────┴─────────┘  always one
 * </pre>
 *
 * <p>Numbers are big-endian. Scope 0: the key derives from the master key with that id; scope 1: from the key of the
 * session whose recording it is, and the id is 0. Every object has a key of its own, HMAC-SHA256(scope's key, salt), so that
 * a page's number can be its nonce. The salt is the start of HMAC-SHA256(scope's key, object key and content): the same
 * object encrypts to the same bytes, and a put that is repeated finds itself. A page's additional data are header,
 * object key and page number: nothing can be cut, swapped or put elsewhere without being noticed.
 */
final class PageCipher {
    static final int HEADER_BYTES = 44;
    static final int PAGE_BYTES = 64 * 1024;
    static final int TAG_BYTES = 16;
    /** A page with its tag. */
    static final int STORED_PAGE_BYTES = PAGE_BYTES + TAG_BYTES;

    private static final long MAGIC = 0x5441504544454e43L;
    private static final int VERSION = 1;
    private static final int SALT_BYTES = 16;
    private static final int NONCE_BYTES = 12;

    private final String objectKey;
    private final byte[] header;
    private final SecretKeySpec key;
    private final long plainLength;

    private PageCipher(String objectKey, byte[] header, byte[] scopeKey) {
        ByteBuffer fields = ByteBuffer.wrap(header);
        byte[] salt = new byte[SALT_BYTES];
        fields.get(HEADER_BYTES - SALT_BYTES, salt);
        this.objectKey = objectKey;
        this.header = header;
        this.plainLength = fields.getLong(20);
        this.key = new SecretKeySpec(mac(scopeKey, "key").doFinal(salt), "AES");
    }

    /** Whose key an object's own key derives from. */
    enum Scope {
        MASTER(0),
        SESSION(1);

        private final int code;

        Scope(int code) {
            this.code = code;
        }

        static Scope of(int code) {
            for (Scope scope : values()) {
                if (scope.code == code) {
                    return scope;
                }
            }
            throw new StoreException(StoreErrorKind.CORRUPT, "the header of an encrypted object is damaged");
        }
    }

    /** What a header says of the key that it needs. */
    record KeyRef(Scope scope, int master) {}

    /** For writing: {@code salt} is what {@link Salting} gives. */
    static PageCipher forWriting(String objectKey, KeyRef ref, byte[] scopeKey, long plainLength, byte[] salt) {
        byte[] header = ByteBuffer.allocate(HEADER_BYTES)
                .putLong(MAGIC)
                .putInt(VERSION)
                .put((byte) ref.scope().code)
                .position(16)
                .putInt(ref.master())
                .putLong(plainLength)
                .put(salt)
                .array();
        return new PageCipher(objectKey, header, scopeKey);
    }

    /**
     * What key an object needs that begins with these bytes; null if it is not encrypted.
     *
     * @throws StoreException UNSUPPORTED_VERSION, CORRUPT
     */
    static KeyRef keyRef(ByteBuffer start) {
        if (start.remaining() < HEADER_BYTES || start.getLong(start.position()) != MAGIC) {
            return null;
        }
        int version = start.getInt(start.position() + 8);
        if (version != VERSION) {
            throw new StoreException(
                    StoreErrorKind.UNSUPPORTED_VERSION, "encryption of version " + version + " is not known");
        }
        if (start.getLong(start.position() + 20) < 0) {
            throw new StoreException(StoreErrorKind.CORRUPT, "the header of an encrypted object is damaged");
        }
        return new KeyRef(Scope.of(start.get(start.position() + 12)), start.getInt(start.position() + 16));
    }

    /** For reading what begins with these bytes. */
    static PageCipher forReading(String objectKey, ByteBuffer start, byte[] scopeKey) {
        byte[] header = new byte[HEADER_BYTES];
        start.get(start.position(), header);
        return new PageCipher(objectKey, header, scopeKey);
    }

    /** Takes an object's content in order, then gives its salt. */
    static final class Salting {
        private final Mac mac;

        Salting(String objectKey, byte[] scopeKey) {
            this.mac = mac(scopeKey, "salt");
            mac.update(objectKey.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
        }

        void add(ByteBuffer content) {
            mac.update(content);
        }

        byte[] salt() {
            byte[] salt = new byte[SALT_BYTES];
            ByteBuffer.wrap(mac.doFinal()).get(salt);
            return salt;
        }
    }

    ByteBuffer header() {
        return ByteBuffer.wrap(header).asReadOnlyBuffer();
    }

    long plainLength() {
        return plainLength;
    }

    long pages() {
        return Math.max(1, (plainLength + PAGE_BYTES - 1) / PAGE_BYTES);
    }

    long storedLength() {
        return storedLength(plainLength);
    }

    static long storedLength(long plainLength) {
        long pages = Math.max(1, (plainLength + PAGE_BYTES - 1) / PAGE_BYTES);
        return HEADER_BYTES + plainLength + pages * TAG_BYTES;
    }

    static long storedOffset(long page) {
        return HEADER_BYTES + page * STORED_PAGE_BYTES;
    }

    /** Bytes of a page before it is encrypted. */
    int pageLength(long page) {
        return (int) Math.min(PAGE_BYTES, plainLength - page * PAGE_BYTES);
    }

    /** Encrypts the next page's bytes of {@code plain}, and puts them with their tag into {@code stored}. */
    void encrypt(long page, ByteBuffer plain, ByteBuffer stored) {
        ByteBuffer bytes = plain.slice(plain.position(), pageLength(page));
        plain.position(plain.position() + bytes.remaining());
        try {
            cipher(Cipher.ENCRYPT_MODE, page).doFinal(bytes, stored);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot encrypt", e);
        }
    }

    /** @throws StoreException CORRUPT if these are not that page's bytes */
    void decrypt(long page, ByteBuffer stored, ByteBuffer plain) {
        int length = pageLength(page) + TAG_BYTES;
        ByteBuffer bytes = stored.slice(stored.position(), length);
        stored.position(stored.position() + length);
        try {
            cipher(Cipher.DECRYPT_MODE, page).doFinal(bytes, plain);
        } catch (GeneralSecurityException e) {
            throw new StoreException(
                    StoreErrorKind.CORRUPT,
                    "page " + page + " of the encrypted object " + objectKey + " is damaged",
                    e);
        }
    }

    private Cipher cipher(int mode, long page) throws GeneralSecurityException {
        byte[] nonce =
                ByteBuffer.allocate(NONCE_BYTES).putLong(Integer.BYTES, page).array();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
        cipher.updateAAD(header);
        cipher.updateAAD(objectKey.getBytes(StandardCharsets.UTF_8));
        cipher.updateAAD(nonce);
        return cipher;
    }

    private static Mac mac(byte[] key, String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(("tapedeck object " + purpose + "\0").getBytes(StandardCharsets.UTF_8));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
