package io.tapedeck.store.object;

import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The write, read and delete that {@link ObjectStore#check} promises. */
final class ObjectStoreProbe {
    private ObjectStoreProbe() {}

    static String newKey() {
        return "probe/" + UUID.randomUUID();
    }

    static CompletableFuture<Void> run(ObjectStore store) {
        String key = newKey();
        ByteBuffer body = ByteBuffer.wrap(key.getBytes(StandardCharsets.US_ASCII));
        return store.put(key, body)
                .thenCompose(done -> store.get(key, 0, body.remaining()))
                .thenCompose(read -> read.equals(body)
                        ? store.delete(key)
                        : CompletableFuture.failedFuture(
                                new StoreException(StoreErrorKind.CORRUPT, "read back other bytes than were put")));
    }
}
