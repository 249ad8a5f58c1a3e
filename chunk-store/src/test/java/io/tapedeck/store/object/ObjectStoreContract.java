package io.tapedeck.store.object;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.ObjectStore.StoredObject;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link ObjectStore} does, whatever it is made of. A subclass opens an empty one. */
public abstract class ObjectStoreContract {
    private static final int LARGE_BYTES = 20 * 1024 * 1024;

    @TempDir
    protected Path folder;

    protected ObjectStore store;

    /** Opens an empty store. */
    protected abstract ObjectStore open() throws Exception;

    /** Makes the same store unreachable, as an outage would. */
    protected abstract void breakDown() throws Exception;

    /** What lists say of the size of an object with so many bytes. */
    protected long storedBytes(long bytes) {
        return bytes;
    }

    @BeforeEach
    void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void put_thenGet_readsTheSameBytes() {
        ByteBuffer body = ByteBuffer.wrap("0123456789".getBytes(UTF_8)).position(2);

        await(store.put("segments/20261121/22/a.seg", body));

        assertThat(body.position()).isEqualTo(2);
        assertThat(text(await(store.get("segments/20261121/22/a.seg", 0, 8)))).isEqualTo("23456789");
        assertThat(await(store.size("segments/20261121/22/a.seg"))).isEqualTo(8);
    }

    @Test
    void put_readOnlyDirectBuffer_isStored() {
        ByteBuffer body =
                ByteBuffer.allocateDirect(5).put(bytes("bytes")).flip().asReadOnlyBuffer();

        await(store.put("a", body));

        assertThat(text(await(store.get("a", 0, 5)))).isEqualTo("bytes");
    }

    @Test
    void put_ofFile_readsTheSameBytes() throws IOException {
        Path file = Files.write(folder.resolve("file"), bytes("from a file"));

        await(store.put("a/b", file));

        assertThat(text(await(store.get("a/b", 0, 11)))).isEqualTo("from a file");
        assertThat(file).exists();
    }

    @Test
    void put_ofMissingFile_failsAndLeavesNothing() {
        assertThat(failure(store.put("a", folder.resolve("missing"))).kind()).isNotNull();

        assertThat(failure(store.size("a")).kind()).isEqualTo(StoreErrorKind.NOT_FOUND);
    }

    @Test
    void put_sameContentAgain_succeeds() throws IOException {
        Path file = Files.write(folder.resolve("file"), bytes("same"));
        await(store.put("a", buffer("same")));

        await(store.put("a", buffer("same")));
        await(store.put("a", file));

        assertThat(text(await(store.get("a", 0, 4)))).isEqualTo("same");
    }

    @Test
    void put_otherContent_isAConflictAndChangesNothing() throws IOException {
        Path file = Files.write(folder.resolve("file"), bytes("thir"));
        await(store.put("a", buffer("first")));

        assertThat(failure(store.put("a", buffer("other"))).kind()).isEqualTo(StoreErrorKind.CONFLICT);
        assertThat(failure(store.put("a", buffer("longer than that"))).kind()).isEqualTo(StoreErrorKind.CONFLICT);
        assertThat(failure(store.put("a", file)).kind()).isEqualTo(StoreErrorKind.CONFLICT);

        assertThat(text(await(store.get("a", 0, 5)))).isEqualTo("first");
    }

    @Test
    void put_racingForOneKey_hasOneWinner() {
        for (int round = 0; round < 5; round++) {
            String key = "race/" + round;
            List<CompletableFuture<Void>> racers = IntStream.range(0, 8)
                    .mapToObj(i -> store.put(key, buffer("writer " + i)))
                    .toList();
            List<StoreErrorKind> outcomes = racers.stream().map(this::outcome).toList();

            assertThat(outcomes).containsOnly(null, StoreErrorKind.CONFLICT);
            assertThat(outcomes).filteredOn(outcome -> outcome == null).hasSize(1);
            assertThat(text(await(store.get(key, 0, 8)))).isEqualTo("writer " + outcomes.indexOf(null));
        }
    }

    @Test
    void put_racingWithSameContent_allSucceed() {
        List<CompletableFuture<Void>> racers = IntStream.range(0, 8)
                .mapToObj(i -> store.put("same", buffer("content")))
                .toList();

        racers.forEach(this::await);

        assertThat(text(await(store.get("same", 0, 7)))).isEqualTo("content");
    }

    @Test
    void put_manyAtOnce_allAreStored() {
        List<CompletableFuture<Void>> puts = IntStream.range(0, 200)
                .mapToObj(i -> store.put("many/" + i % 10 + "/" + i, buffer("object " + i)))
                .toList();

        puts.forEach(this::await);

        for (int i = 0; i < 200; i++) {
            String expected = "object " + i;
            assertThat(text(await(store.get("many/" + i % 10 + "/" + i, 0, expected.length()))))
                    .isEqualTo(expected);
        }
    }

    @Test
    void put_emptyObject_existsAndIsEmpty() {
        await(store.put("empty", ByteBuffer.allocate(0)));

        assertThat(await(store.size("empty"))).isZero();
        assertThat(await(store.get("empty", 0, 0)).remaining()).isZero();
        TestSubscriber subscriber = subscribe("empty", 0, 0);
        subscriber.request(1);
        subscriber.awaitEnd();
        assertThat(subscriber.completed()).isTrue();
        assertThat(failure(store.get("empty", 0, 1)).kind()).isEqualTo(StoreErrorKind.CORRUPT);
        await(store.put("empty", ByteBuffer.allocate(0)));
        assertThat(failure(store.put("empty", buffer("x"))).kind()).isEqualTo(StoreErrorKind.CONFLICT);
    }

    @Test
    void put_20Megabytes_readsTheSameBytesWholeAndInParts() throws IOException {
        byte[] body = randomBytes(LARGE_BYTES);
        Path file = Files.write(folder.resolve("large"), body);

        await(store.put("large/buffer", ByteBuffer.wrap(body)));
        await(store.put("large/file", file));

        for (String key : List.of("large/buffer", "large/file")) {
            assertThat(await(store.get(key, 0, LARGE_BYTES))).isEqualTo(ByteBuffer.wrap(body));
            assertThat(await(store.get(key, LARGE_BYTES - 3, 3))).isEqualTo(ByteBuffer.wrap(body, LARGE_BYTES - 3, 3));
            TestSubscriber subscriber = subscribe(key, 1, LARGE_BYTES - 1);
            subscriber.request(Long.MAX_VALUE);
            subscriber.awaitEnd();
            assertThat(subscriber.completed()).isTrue();
            assertThat(subscriber.received()).isEqualTo(ByteBuffer.wrap(body, 1, LARGE_BYTES - 1));
        }
    }

    @Test
    void get_ranges_readExactlyThose() {
        await(store.put("ranges", buffer("0123456789")));

        assertThat(text(await(store.get("ranges", 0, 1)))).isEqualTo("0");
        assertThat(text(await(store.get("ranges", 3, 4)))).isEqualTo("3456");
        assertThat(text(await(store.get("ranges", 9, 1)))).isEqualTo("9");
        assertThat(await(store.get("ranges", 10, 0)).remaining()).isZero();
    }

    @Test
    void get_resultBelongsToTheCaller() {
        await(store.put("mine", buffer("0123456789")));
        ByteBuffer read = await(store.get("mine", 0, 10));

        read.put(0, (byte) 'x');

        assertThat(text(await(store.get("mine", 0, 10)))).isEqualTo("0123456789");
    }

    @Test
    void get_beyondTheEnd_isCorrupt() {
        await(store.put("short", buffer("0123456789")));

        assertThat(failure(store.get("short", 0, 11)).kind()).isEqualTo(StoreErrorKind.CORRUPT);
        assertThat(failure(store.get("short", 9, 2)).kind()).isEqualTo(StoreErrorKind.CORRUPT);
        assertThat(failure(store.get("short", 10, 1)).kind()).isEqualTo(StoreErrorKind.CORRUPT);
        assertThat(failure(store.get("short", 11, 0)).kind()).isEqualTo(StoreErrorKind.CORRUPT);
        assertThat(streamFailure("short", 5, 6)).isEqualTo(StoreErrorKind.CORRUPT);
        assertThat(streamFailure("short", 20, 1)).isEqualTo(StoreErrorKind.CORRUPT);
    }

    @Test
    void read_missingObject_isNotFound() {
        await(store.put("folder/there", buffer("x")));

        for (String key : List.of("missing", "folder/missing", "missing/missing", "folder", "folder/there/below")) {
            assertThat(failure(store.get(key, 0, 1)).kind()).as(key).isEqualTo(StoreErrorKind.NOT_FOUND);
            assertThat(failure(store.get(key, 0, 0)).kind()).as(key).isEqualTo(StoreErrorKind.NOT_FOUND);
            assertThat(failure(store.size(key)).kind()).as(key).isEqualTo(StoreErrorKind.NOT_FOUND);
            assertThat(streamFailure(key, 0, 1)).as(key).isEqualTo(StoreErrorKind.NOT_FOUND);
            assertThat(streamFailure(key, 0, 0)).as(key).isEqualTo(StoreErrorKind.NOT_FOUND);
        }
    }

    @Test
    void delete_thenRead_isNotFoundAndTheKeyIsFreeAgain() {
        await(store.put("a/b/c", buffer("first")));

        await(store.delete("a/b/c"));

        assertThat(failure(store.get("a/b/c", 0, 5)).kind()).isEqualTo(StoreErrorKind.NOT_FOUND);
        assertThat(await(store.list("", null, 10))).isEmpty();
        await(store.put("a/b/c", buffer("again")));
        assertThat(text(await(store.get("a/b/c", 0, 5)))).isEqualTo("again");
    }

    @Test
    void delete_missingObject_succeeds() {
        await(store.put("folder/there", buffer("x")));

        await(store.delete("missing"));
        await(store.delete("folder/missing"));
        await(store.delete("folder"));
        await(store.delete("folder/there"));
        await(store.delete("folder/there"));

        assertThat(await(store.list("", null, 10))).isEmpty();
    }

    @Test
    void delete_leavesNeighboursAlone() {
        await(store.put("a/b", buffer("x")));
        await(store.put("a/b.c", buffer("y")));
        await(store.put("a/bc", buffer("z")));

        await(store.delete("a/b"));

        assertThat(keys(await(store.list("a/", null, 10)))).containsExactly("a/b.c", "a/bc");
    }

    @Test
    void list_isInByteOrderWithSizes() {
        List<String> keys = List.of("A", "a-b", "a.b", "a/b", "a/b-c", "a/c/d", "a/c0", "a0", "aB", "a_", "b", "ba/x");
        List<String> shuffled = new ArrayList<>(keys);
        Collections.shuffle(shuffled, new Random(7));
        shuffled.forEach(key -> await(store.put(key, buffer(key))));

        List<StoredObject> all = await(store.list("", null, 1_000));

        assertThat(keys(all)).containsExactlyElementsOf(keys);
        assertThat(all)
                .allSatisfy(one ->
                        assertThat(one.bytes()).isEqualTo(storedBytes(one.key().length())));
        for (int i = 0; i < keys.size(); i++) {
            assertThat(keys(await(store.list("", keys.get(i), 1_000)))).isEqualTo(keys.subList(i + 1, keys.size()));
        }
        assertThat(keys(await(store.list("a/", null, 10)))).containsExactly("a/b", "a/b-c", "a/c/d", "a/c0");
        assertThat(keys(await(store.list("a/c", null, 10)))).containsExactly("a/c/d", "a/c0");
        assertThat(keys(await(store.list("a", "a/", 3)))).containsExactly("a/b", "a/b-c", "a/c/d");
        assertThat(keys(await(store.list("a", "a/c", 2)))).containsExactly("a/c/d", "a/c0");
        assertThat(keys(await(store.list("b", "a", 10)))).containsExactly("b", "ba/x");
        assertThat(await(store.list("b", "c", 10))).isEmpty();
        assertThat(await(store.list("nothing/", null, 10))).isEmpty();
        assertThat(await(store.list("a/b/", null, 10))).isEmpty();
    }

    @Test
    void list_moreThanAThousand_comesInFullPagesInByteOrder() {
        List<String> keys = IntStream.range(0, 1_203)
                .mapToObj(i -> "list/" + i % 3 + "/" + Integer.toString(i * 31, 36))
                .toList();
        for (int i = 0; i < keys.size(); i += 100) {
            keys.subList(i, Math.min(i + 100, keys.size())).stream()
                    .map(key -> store.put(key, buffer(key)))
                    .toList()
                    .forEach(this::await);
        }

        List<Integer> pageSizes = new ArrayList<>();
        List<String> listed = new ArrayList<>();
        List<StoredObject> page;
        do {
            page = await(store.list("list/", listed.isEmpty() ? null : listed.get(listed.size() - 1), 500));
            pageSizes.add(page.size());
            listed.addAll(keys(page));
        } while (page.size() == 500);

        assertThat(pageSizes).containsExactly(500, 500, 203);
        assertThat(listed).containsExactlyElementsOf(keys.stream().sorted().toList());
        assertThat(await(store.list("list/", null, 1_000))).hasSize(1_000);
    }

    @Test
    void stream_slowSubscriber_getsNoMoreThanItAskedFor() {
        byte[] body = randomBytes(3 * 1024 * 1024);
        await(store.put("slow", ByteBuffer.wrap(body)));
        TestSubscriber subscriber = subscribe("slow", 0, body.length);
        subscriber.assertQuiet();
        assertThat(subscriber.buffers()).isZero();

        subscriber.request(2);
        subscriber.awaitBuffers(2);
        subscriber.request(1);
        subscriber.awaitBuffers(3);
        subscriber.assertQuiet();

        assertThat(subscriber.buffers()).isEqualTo(3);
        assertThat(subscriber.ended()).isFalse();
        while (!subscriber.ended()) {
            int before = subscriber.buffers();
            subscriber.request(1);
            subscriber.awaitBuffersOrEnd(before + 1);
        }
        assertThat(subscriber.completed()).isTrue();
        assertThat(subscriber.bufferBytesMax()).isBetween(1, 256 * 1024);
        assertThat(subscriber.received()).isEqualTo(ByteBuffer.wrap(body));
    }

    @Test
    void stream_cancelled_signalsNothingMore() {
        byte[] body = randomBytes(3 * 1024 * 1024);
        await(store.put("cancelled", ByteBuffer.wrap(body)));
        TestSubscriber subscriber = subscribe("cancelled", 0, body.length);
        subscriber.request(1);
        subscriber.awaitBuffers(1);

        subscriber.cancel();
        subscriber.request(5);
        subscriber.assertQuiet();

        assertThat(subscriber.buffers()).isEqualTo(1);
        assertThat(subscriber.ended()).isFalse();
    }

    @Test
    void stream_manyCancelledHalfway_releaseWhatTheyHeld() {
        byte[] body = randomBytes(2 * 1024 * 1024);
        await(store.put("cancelled", ByteBuffer.wrap(body)));
        for (int i = 0; i < 100; i++) {
            TestSubscriber subscriber = subscribe("cancelled", 0, body.length);
            subscriber.request(1);
            subscriber.awaitBuffers(1);
            subscriber.cancel();
        }

        assertThat(await(store.get("cancelled", 0, body.length))).isEqualTo(ByteBuffer.wrap(body));
    }

    @Test
    void stream_cancelledBeforeTheFirstRequest_signalsNothing() {
        await(store.put("a", buffer("x")));
        TestSubscriber subscriber = subscribe("a", 0, 1);

        subscriber.cancel();
        subscriber.request(1);
        subscriber.assertQuiet();

        assertThat(subscriber.buffers()).isZero();
        assertThat(subscriber.ended()).isFalse();
    }

    @Test
    void stream_requestOfNothing_isRefused() {
        await(store.put("a", buffer("x")));
        TestSubscriber subscriber = subscribe("a", 0, 1);

        subscriber.request(0);
        subscriber.awaitEnd();

        assertThat(subscriber.error()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void stream_signalsOnThreadsOfItsOwn() {
        await(store.put("a", buffer("x")));
        TestSubscriber subscriber = subscribe("a", 0, 1);

        subscriber.request(1);
        subscriber.awaitEnd();

        assertThat(subscriber.signalThreads()).isNotEmpty().doesNotContain(Thread.currentThread());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", ".tmp/a", "a/.b", "a b", "a\\b",
                "a:b", "ä", "a\0b", "a\n", "a%2e", "~"
            })
    void keys_ofAnotherForm_areRefusedAtOnce(String key) {
        assertThatThrownBy(() -> store.put(key, buffer("x"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.put(key, folder)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.get(key, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.stream(key, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.size(key)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.delete(key)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keys_ofTheLongestForm_areStored() {
        String longest = "a".repeat(255) + "/" + "b".repeat(255) + "/";
        await(store.put(longest.substring(0, 511), buffer("x")));

        assertThat(keys(await(store.list("", null, 10)))).containsExactly(longest.substring(0, 511));
        assertThatThrownBy(() -> store.size("a".repeat(256))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.size("a/".repeat(256) + "a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bounds_outOfReason_areRefusedAtOnce() {
        assertThatThrownBy(() -> store.get("a", -1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.get("a", 0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.stream("a", Long.MAX_VALUE, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.list("", null, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.list("", null, 1_001)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.list("../", null, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void check_ofAWorkingStore_succeedsAndLeavesNothing() {
        await(store.check());

        assertThat(await(store.list("", null, 10))).isEmpty();
    }

    @Test
    void outage_isUnavailableAndNeverNotFound() throws Exception {
        await(store.put("folder/there", buffer("x")));

        breakDown();

        assertThat(failure(store.get("folder/there", 0, 1)).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
        assertThat(failure(store.size("folder/there")).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
        assertThat(streamFailure("folder/there", 0, 1)).isEqualTo(StoreErrorKind.UNAVAILABLE);
        assertThat(failure(store.delete("folder/there")).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
        assertThat(failure(store.list("", null, 10)).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
        assertThat(failure(store.put("folder/other", buffer("x"))).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
        assertThat(failure(store.check()).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
    }

    @Test
    void close_thenUse_isUnavailable() {
        await(store.put("a", buffer("x")));

        store.close();
        store.close();

        assertThat(failure(store.get("a", 0, 1)).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
        assertThat(failure(store.put("b", buffer("x"))).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
        assertThat(streamFailure("a", 0, 1)).isEqualTo(StoreErrorKind.UNAVAILABLE);
    }

    protected static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    protected static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(bytes(text));
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    protected static String text(ByteBuffer bytes) {
        return UTF_8.decode(bytes.duplicate()).toString();
    }

    protected static List<String> keys(List<StoredObject> objects) {
        return objects.stream().map(StoredObject::key).toList();
    }

    protected <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("expected success", e);
        }
    }

    /** The failure of a future, which must be a bare {@link StoreException}. */
    protected StoreException failure(CompletableFuture<?> future) {
        AtomicReference<Throwable> bare = new AtomicReference<>();
        CompletableFuture<?> observed = future.whenComplete((value, error) -> bare.set(error));
        assertThatThrownBy(() -> observed.get(60, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        assertThat(bare.get()).isInstanceOf(StoreException.class);
        return (StoreException) bare.get();
    }

    /** The kind of failure, or null. */
    private StoreErrorKind outcome(CompletableFuture<?> future) {
        return future.handle((value, error) -> error == null ? null : ((StoreException) error).kind())
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    protected TestSubscriber subscribe(String key, long offset, long length) {
        TestSubscriber subscriber = new TestSubscriber();
        store.stream(key, offset, length).subscribe(subscriber);
        return subscriber;
    }

    protected StoreErrorKind streamFailure(String key, long offset, long length) {
        TestSubscriber subscriber = subscribe(key, offset, length);
        subscriber.request(1);
        subscriber.awaitEnd();
        assertThat(subscriber.buffers()).isZero();
        assertThat(subscriber.error()).isInstanceOf(StoreException.class);
        return ((StoreException) subscriber.error()).kind();
    }
}
