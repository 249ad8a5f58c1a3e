package io.tapedeck.store.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.object.MemoryObjectStore;
import io.tapedeck.store.object.TestSubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConcatPublisherTest {
    private final MemoryObjectStore objects = new MemoryObjectStore(1 << 20);
    private final AtomicInteger made = new AtomicInteger();

    @BeforeEach
    void put() throws Exception {
        objects.put("probe/letters", bytes("abcdefghij")).get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        objects.close();
    }

    @Test
    void parts_comeOneAfterAnother() {
        TestSubscriber subscriber = subscribe(List.of(stored(0, 3), deferred("-"), stored(3, 7)));

        subscriber.request(Long.MAX_VALUE);

        subscriber.awaitEnd();
        assertThat(subscriber.completed()).isTrue();
        assertThat(text(subscriber)).isEqualTo("abc-defghij");
    }

    @Test
    void demand_isCarriedOverFromOnePartToTheNext() {
        TestSubscriber subscriber = subscribe(List.of(deferred("a"), deferred("b"), deferred("c")));
        assertThat(made.get()).isZero();

        subscriber.request(2);

        subscriber.awaitBuffers(2);
        subscriber.assertQuiet();
        subscriber.request(1);
        subscriber.awaitEnd();
        assertThat(text(subscriber)).isEqualTo("abc");
    }

    @Test
    void noParts_endAtOnce() {
        TestSubscriber subscriber = subscribe(List.of());

        subscriber.awaitEnd();

        assertThat(subscriber.completed()).isTrue();
    }

    @Test
    void manyParts_thatAreReadyAtOnce_needNoDeepStack() {
        List<Supplier<Flow.Publisher<ByteBuffer>>> parts = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            parts.add(deferred("x"));
        }
        TestSubscriber subscriber = subscribe(parts);

        subscriber.request(Long.MAX_VALUE);

        subscriber.awaitEnd();
        assertThat(subscriber.received().remaining()).isEqualTo(20_000);
    }

    @Test
    void aPartThatFails_endsTheStream() {
        TestSubscriber subscriber = subscribe(List.of(deferred("a"), this::missing, deferred("b")));

        subscriber.request(Long.MAX_VALUE);

        subscriber.awaitEnd();
        assertThat(StoreException.of(subscriber.error()).kind()).isEqualTo(StoreErrorKind.NOT_FOUND);
        assertThat(text(subscriber)).isEqualTo("a");
        assertThat(made.get()).isEqualTo(2);
    }

    @Test
    void cancel_makesNoFurtherPart() {
        TestSubscriber subscriber = subscribe(List.of(deferred("a"), deferred("b")));
        subscriber.request(1);
        subscriber.awaitBuffers(1);

        subscriber.cancel();
        subscriber.request(1);

        subscriber.assertQuiet();
        assertThat(text(subscriber)).isEqualTo("a");
    }

    @Test
    void aSecondSubscriber_isRefused() {
        ConcatPublisher publisher = new ConcatPublisher(List.of(deferred("a")), Function.identity());
        publisher.subscribe(new TestSubscriber());
        TestSubscriber second = new TestSubscriber();

        publisher.subscribe(second);

        second.awaitEnd();
        assertThat(second.error()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRequestForNothing_isAnError() {
        TestSubscriber subscriber = subscribe(List.of(deferred("a")));

        subscriber.request(0);

        subscriber.awaitEnd();
        assertThat(subscriber.error()).isInstanceOf(IllegalArgumentException.class);
    }

    private static TestSubscriber subscribe(List<Supplier<Flow.Publisher<ByteBuffer>>> parts) {
        TestSubscriber subscriber = new TestSubscriber();
        new ConcatPublisher(parts, Function.identity()).subscribe(subscriber);
        return subscriber;
    }

    private Supplier<Flow.Publisher<ByteBuffer>> stored(int offset, int length) {
        return () -> objects.stream("probe/letters", offset, length);
    }

    private Flow.Publisher<ByteBuffer> missing() {
        made.incrementAndGet();
        return objects.stream("probe/none", 0, 1);
    }

    private Supplier<Flow.Publisher<ByteBuffer>> deferred(String text) {
        return () -> {
            made.incrementAndGet();
            return PulledPublisher.once(() -> CompletableFuture.completedFuture(bytes(text)));
        };
    }

    private static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    private static String text(TestSubscriber subscriber) {
        return StandardCharsets.UTF_8.decode(subscriber.received()).toString();
    }
}
