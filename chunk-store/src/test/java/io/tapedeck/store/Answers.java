package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import io.tapedeck.store.object.TestSubscriber;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waits for what the store answers, and reads it. */
public final class Answers {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Answers() {}

    /** @throws StoreException what the call failed with */
    public static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw StoreException.of(e);
        }
    }

    /** The lines of the answer, decompressed. */
    public static String text(EventStream stream) {
        TestSubscriber subscriber = new TestSubscriber();
        stream.frames().subscribe(subscriber);
        subscriber.request(Long.MAX_VALUE);
        subscriber.awaitEnd();
        if (subscriber.error() != null) {
            throw StoreException.of(subscriber.error());
        }
        ByteBuffer received = subscriber.received();
        if (stream.bytes() >= 0) {
            assertThat(received.remaining()).isEqualTo((int) stream.bytes());
        }
        return decompressed(received);
    }

    public static String decompressed(ByteBuffer frames) {
        try (InputStream plain =
                new ZstdInputStream(new ByteArrayInputStream(Fixtures.bytes(frames))).setContinuous(false)) {
            return new String(plain.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
