package io.tapedeck.playback;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TranscodingPublisherTest {
    private final ExecutorService executor = Executors.newFixedThreadPool(2);

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1_000, 1 << 20})
    void frames_inPiecesOfAnySize_becomeTheSameLines(int pieceBytes) throws Exception {
        byte[] first = StoredEvents.lines("w1", 40, 1);
        byte[] second = StoredEvents.lines("w2", 60, 2);
        byte[] stored = StoredEvents.concat(
                StoredEvents.frame(first),
                StoredEvents.skippableFrame(33),
                StoredEvents.frame(new byte[0]),
                StoredEvents.frame(second),
                StoredEvents.skippableFrame(5));

        byte[] plain = collect(ContentCoding.IDENTITY, StoredEvents.pieces(stored, pieceBytes));
        byte[] gzip = collect(ContentCoding.GZIP, StoredEvents.pieces(stored, pieceBytes));

        assertThat(plain).isEqualTo(StoredEvents.concat(first, second));
        assertThat(StoredEvents.gunzip(gzip)).isEqualTo(plain);
    }

    @Test
    void severalMegabytes_areOneGzipMember() throws Exception {
        byte[] lines = StoredEvents.lines("w1", 60_000, 3);
        byte[] stored = StoredEvents.concat(StoredEvents.frame(lines), StoredEvents.frame(lines));

        byte[] gzip = collect(ContentCoding.GZIP, StoredEvents.pieces(stored, 64 * 1024));

        assertThat(StoredEvents.gunzip(gzip)).isEqualTo(StoredEvents.concat(lines, lines));
        assertThat(memberCount(gzip)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = ContentCoding.class,
            names = {"GZIP", "IDENTITY"})
    void nothing_becomesNothing(ContentCoding coding) throws Exception {
        byte[] encoded = collect(coding, List.of());

        assertThat(coding == ContentCoding.GZIP ? StoredEvents.gunzip(encoded) : encoded)
                .isEmpty();
    }

    @Test
    void frameWithoutEnd_fails() throws Exception {
        byte[] frame = StoredEvents.frame(StoredEvents.lines("w1", 500, 4));

        assertCorrupt(Arrays.copyOf(frame, frame.length - 3));
    }

    @Test
    void frameWithWrongChecksum_fails() throws Exception {
        byte[] frame = StoredEvents.frame(StoredEvents.lines("w1", 500, 5));
        frame[frame.length - 1] ^= 1;

        assertCorrupt(frame);
    }

    @Test
    void frameWithLargerWindow_fails() throws Exception {
        assertCorrupt(StoredEvents.frame(StoredEvents.lines("w1", 500, 6), 25));
    }

    @Test
    void whatIsNoFrame_fails() {
        assertCorrupt("{\"not\":\"compressed\"}\n".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void failureOfTheStore_isPassedOn() throws Exception {
        StoreException outage = new StoreException(StoreErrorKind.UNAVAILABLE, "no answer");
        byte[] frame = StoredEvents.frame(StoredEvents.lines("w1", 500, 7));
        Collector collector = new Collector(Long.MAX_VALUE);

        new TranscodingPublisher(
                        PacedPublisher.failing(StoredEvents.pieces(frame, 100), outage),
                        ContentCoding.GZIP,
                        3,
                        executor)
                .subscribe(collector);

        assertThat(collector.awaitFailure()).isSameAs(outage);
    }

    @Test
    void executorThatHasEnded_endsTheStream() throws Exception {
        PacedPublisher stored =
                PacedPublisher.of(StoredEvents.pieces(StoredEvents.frame(StoredEvents.lines("w1", 100_000, 9)), 1_000));
        Collector collector = new Collector(1);
        new TranscodingPublisher(stored, ContentCoding.IDENTITY, 3, executor).subscribe(collector);
        executor.shutdown();

        assertThat(collector.awaitFailure())
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.UNAVAILABLE));
        assertThat(stored.cancelled).isTrue();
    }

    @Test
    void slowSubscriber_holdsTheStoreBack() throws Exception {
        byte[] frame = StoredEvents.frame(StoredEvents.lines("w1", 100_000, 8));
        PacedPublisher stored = PacedPublisher.of(StoredEvents.pieces(frame, 1_000));
        Collector collector = new Collector(2);

        new TranscodingPublisher(stored, ContentCoding.IDENTITY, 3, executor).subscribe(collector);

        Awaitility.await().until(() -> collector.buffers.get() == 2);
        // Two pieces of 64 KB, and what the decoder takes in for a third one.
        Awaitility.await()
                .during(300, TimeUnit.MILLISECONDS)
                .until(() -> collector.buffers.get() == 2 && stored.published.get() * 1_000 < frame.length / 4);

        collector.subscription.cancel();
        Awaitility.await().untilTrue(stored.cancelled);
    }

    private void assertCorrupt(byte[] stored) {
        PacedPublisher publisher = PacedPublisher.of(StoredEvents.pieces(stored, 64));
        Collector collector = new Collector(Long.MAX_VALUE);
        new TranscodingPublisher(publisher, ContentCoding.GZIP, 3, executor).subscribe(collector);

        assertThat(collector.awaitFailure())
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.CORRUPT));
    }

    private byte[] collect(ContentCoding coding, List<ByteBuffer> stored) {
        Collector collector = new Collector(1);
        new TranscodingPublisher(PacedPublisher.of(stored), coding, 3, executor).subscribe(collector);
        return collector.awaitBytes();
    }

    private static int memberCount(byte[] gzip) throws IOException {
        Inflater inflater = new Inflater(true);
        inflater.setInput(gzip, 10, gzip.length - 10);
        byte[] out = new byte[1 << 16];
        try {
            while (!inflater.finished()) {
                inflater.inflate(out);
            }
        } catch (DataFormatException e) {
            throw new IOException(e);
        }
        int trailerBytes = 8;
        int members = inflater.getRemaining() == trailerBytes ? 1 : 2;
        inflater.end();
        return members;
    }

    /** Asks for so many buffers at first and, if that is 1, for one more after each. */
    private static final class Collector implements Flow.Subscriber<ByteBuffer> {
        final AtomicInteger buffers = new AtomicInteger();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CountDownLatch ended = new CountDownLatch(1);
        private final long requestAtFirst;
        private volatile Throwable failure;
        volatile Flow.Subscription subscription;

        Collector(long requestAtFirst) {
            this.requestAtFirst = requestAtFirst;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(requestAtFirst);
        }

        @Override
        public void onNext(ByteBuffer buffer) {
            byte[] copy = new byte[buffer.remaining()];
            buffer.get(copy);
            bytes.writeBytes(copy);
            buffers.incrementAndGet();
            if (requestAtFirst == 1) {
                subscription.request(1);
            }
        }

        @Override
        public void onError(Throwable error) {
            failure = error;
            ended.countDown();
        }

        @Override
        public void onComplete() {
            ended.countDown();
        }

        byte[] awaitBytes() {
            awaitEnd();
            assertThat(failure).isNull();
            return bytes.toByteArray();
        }

        Throwable awaitFailure() {
            awaitEnd();
            return failure;
        }

        private void awaitEnd() {
            try {
                assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
