package io.tapedeck.store.object;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.RecordingKey;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WrappedKeyCatalog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class EncryptingObjectStoreTest extends ObjectStoreContract {
    private static final SessionKey SESSION = new SessionKey("default", "s_1-a");
    private static final String RECORDING = RecordingKey.of(SESSION, 1_794_116_400_000L, 0, "a1b2c3");
    private static final String OTHER_RECORDING =
            RecordingKey.of(new SessionKey("default", "other"), 1_794_116_400_000L, 0, "a1b2c3");
    private static final byte[] OLD_MASTER = masterKey(1);
    private static final byte[] NEW_MASTER = masterKey(2);

    private final Keys keys = new Keys();
    private ObjectStore files;

    @Override
    protected ObjectStore open() {
        return open(NEW_MASTER);
    }

    private ObjectStore open(byte[]... masters) {
        files = new FileObjectStore(root());
        return over(files, masters);
    }

    private ObjectStore over(ObjectStore inner, byte[]... masters) {
        return new EncryptingObjectStore(inner, keys, new MasterKeys(List.of(masters)));
    }

    @Override
    protected void breakDown() throws IOException {
        Files.move(root(), folder.resolve("elsewhere"));
        Files.createDirectory(root());
        Files.createFile(root().resolve("folder"));
        store = over(files, NEW_MASTER); // without what it remembers
    }

    @Override
    protected long storedBytes(long bytes) {
        return PageCipher.storedLength(bytes);
    }

    @Test
    void put_leavesNothingReadable() throws IOException {
        String secret = "a secret that is long enough to be found";
        await(store.put("segments/20261121/22/a.seg", buffer(secret)));
        await(store.put(RECORDING, Files.write(folder.resolve("file"), bytes(secret))));

        assertThat(text(await(store.get("segments/20261121/22/a.seg", 0, secret.length()))))
                .isEqualTo(secret);
        assertThat(text(await(store.get(RECORDING, 2, 6)))).isEqualTo("secret");
        for (String key : List.of("segments/20261121/22/a.seg", RECORDING)) {
            assertThat(Files.readString(root().resolve(key), ISO_8859_1)).doesNotContain("secret", "long enough");
        }
        assertThat(folder).isDirectoryNotContaining("glob:**encrypted-*");
    }

    @Test
    void put_ofManyPages_readsAnyRange() {
        byte[] body = randomBytes(3 * PageCipher.PAGE_BYTES);
        for (int length :
                List.of(PageCipher.PAGE_BYTES - 1, PageCipher.PAGE_BYTES, PageCipher.PAGE_BYTES + 1, body.length)) {
            String key = "pages/" + length;
            byte[] content = Arrays.copyOf(body, length);
            await(store.put(key, ByteBuffer.wrap(content)));

            assertThat(await(store.size(key))).isEqualTo(length);
            for (int offset : List.of(0, 1, PageCipher.PAGE_BYTES - 2, length - 1)) {
                assertThat(await(store.get(key, offset, length - offset)))
                        .isEqualTo(ByteBuffer.wrap(content, offset, length - offset));
                assertThat(await(store.get(key, offset, 1))).isEqualTo(ByteBuffer.wrap(content, offset, 1));
            }
        }
    }

    @Test
    void put_sameContentUnderTwoKeys_looksDifferent() throws IOException {
        await(store.put("a", buffer("the same content")));
        await(store.put("b", buffer("the same content")));

        assertThat(Files.readAllBytes(root().resolve("a"))).isNotEqualTo(Files.readAllBytes(root().resolve("b")));
    }

    @Test
    void destroyedKey_makesTheRecordingUnreadableAndNothingElse() {
        await(store.put(RECORDING, buffer("gone")));
        await(store.put(OTHER_RECORDING, buffer("kept")));

        keys.destroyKeys(List.of(SESSION));
        await(store.delete(WrappedKeyRing.objectKey(SESSION)));
        restart(NEW_MASTER);

        assertThat(failure(store.get(RECORDING, 0, 4)).kind()).isEqualTo(StoreErrorKind.NOT_FOUND);
        assertThat(text(await(store.get(OTHER_RECORDING, 0, 4)))).isEqualTo("kept");
    }

    @Test
    void erasedSession_getsNoKeyAgain() {
        keys.erased.add(SESSION);

        assertThat(failure(store.put(RECORDING, buffer("late"))).kind()).isEqualTo(StoreErrorKind.ERASED);
    }

    @Test
    void lostCatalog_getsKeysBackFromTheObjectStore() {
        await(store.put(RECORDING, buffer("content")));
        keys.wrapped.clear();
        restart(NEW_MASTER);

        assertThat(text(await(store.get(RECORDING, 0, 7)))).isEqualTo("content");
        assertThat(keys.wrapped).containsKey(SESSION);
    }

    @Test
    void replacedMasterKey_stillReads() {
        restart(OLD_MASTER);
        await(store.put(RECORDING, buffer("recording")));
        await(store.put("segment", buffer("segment")));

        restart(NEW_MASTER, OLD_MASTER);

        assertThat(text(await(store.get(RECORDING, 0, 9)))).isEqualTo("recording");
        assertThat(text(await(store.get("segment", 0, 7)))).isEqualTo("segment");
        restart(NEW_MASTER);
        assertThat(failure(store.get("segment", 0, 7)).kind()).isEqualTo(StoreErrorKind.UNAUTHORIZED);
        assertThat(failure(store.get(RECORDING, 0, 9)).kind()).isEqualTo(StoreErrorKind.UNAUTHORIZED);
    }

    @Test
    void objectFromBeforeEncryption_isReadAsItIs() {
        ObjectStore plain = new FileObjectStore(root());
        await(plain.put("short", buffer("short")));
        await(plain.put("long", ByteBuffer.wrap(randomBytes(100_000))));
        plain.close();

        assertThat(text(await(store.get("short", 1, 3)))).isEqualTo("hor");
        assertThat(await(store.size("long"))).isEqualTo(100_000);
        assertThat(await(store.get("long", 99_000, 1_000)))
                .isEqualTo(ByteBuffer.wrap(randomBytes(100_000), 99_000, 1_000));
    }

    @Test
    void damage_isCorruptWhereverItIs() throws IOException {
        byte[] body = randomBytes(2 * PageCipher.PAGE_BYTES);
        await(store.put("a", ByteBuffer.wrap(body)));
        Path file = root().resolve("a");
        byte[] stored = Files.readAllBytes(file);
        for (int position : List.of(13, 16, 27, 30, PageCipher.HEADER_BYTES, 1_000, stored.length - 1)) {
            byte[] damaged = stored.clone();
            damaged[position] ^= 1;
            Files.write(file, damaged);
            restart(NEW_MASTER);

            assertThat(failure(store.get("a", 0, body.length)).kind())
                    .as("byte %s", position)
                    .isIn(StoreErrorKind.CORRUPT, StoreErrorKind.UNAUTHORIZED);
        }
        Files.write(file, Arrays.copyOf(stored, stored.length - 1));
        restart(NEW_MASTER);
        assertThat(failure(store.size("a")).kind()).isEqualTo(StoreErrorKind.CORRUPT);
    }

    @Test
    void objectMovedToAnotherKey_isCorrupt() throws IOException {
        await(store.put("a", buffer("content")));
        Files.copy(root().resolve("a"), root().resolve("b"));

        assertThat(failure(store.get("b", 0, 7)).kind()).isEqualTo(StoreErrorKind.CORRUPT);
    }

    @Test
    void masterKeys_ofAnotherLength_areRefused() {
        assertThatThrownBy(() -> new MasterKeys(List.of(new byte[16]))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MasterKeys(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private void restart(byte[]... masters) {
        store.close();
        store = open(masters);
    }

    private Path root() {
        return folder.resolve("objects");
    }

    private static byte[] masterKey(int fill) {
        byte[] key = new byte[MasterKeys.KEY_BYTES];
        Arrays.fill(key, (byte) fill);
        return key;
    }

    /** Keeps keys in memory. */
    private static final class Keys implements WrappedKeyCatalog {
        private final Map<SessionKey, byte[]> wrapped = new ConcurrentHashMap<>();
        private final Collection<SessionKey> erased = ConcurrentHashMap.newKeySet();

        @Override
        public Optional<byte[]> wrappedKey(SessionKey session) {
            return Optional.ofNullable(wrapped.get(session));
        }

        @Override
        public byte[] keepKey(SessionKey session, byte[] key) {
            if (erased.contains(session)) {
                throw new StoreException(StoreErrorKind.ERASED, "erased");
            }
            byte[] before = wrapped.putIfAbsent(session, key);
            return before == null ? key : before;
        }

        @Override
        public boolean isUsed() {
            return !wrapped.isEmpty();
        }

        @Override
        public void destroyKeys(Collection<SessionKey> sessions) {
            sessions.forEach(wrapped::remove);
        }
    }
}
