package io.tapedeck.store.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Flow;
import org.awaitility.Awaitility;

/** Asks for what it is told to ask for, keeps what comes, and fails where a publisher breaks the rules. Thread-safe. */
public final class TestSubscriber implements Flow.Subscriber<ByteBuffer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(2);
    private static final Duration QUIET = Duration.ofMillis(150);

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final Set<Thread> signalThreads = new HashSet<>();
    private Flow.Subscription subscription;
    private int buffers;
    private int bufferBytesMax;
    private long requested;
    private boolean completed;
    private Throwable error;
    private String broken;

    public synchronized void request(long n) {
        requested = requested > Long.MAX_VALUE - n ? Long.MAX_VALUE : requested + n;
        subscription.request(n);
    }

    public synchronized void cancel() {
        subscription.cancel();
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription given) {
        subscription = given;
    }

    @Override
    public synchronized void onNext(ByteBuffer buffer) {
        signalThreads.add(Thread.currentThread());
        buffers++;
        if (buffers > requested || completed || error != null) {
            broken = "a buffer that was not asked for";
        }
        bufferBytesMax = Math.max(bufferBytesMax, buffer.remaining());
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        received.writeBytes(bytes);
    }

    @Override
    public synchronized void onError(Throwable failure) {
        if (completed || error != null) {
            broken = "a second end";
        }
        error = failure;
    }

    @Override
    public synchronized void onComplete() {
        if (completed || error != null) {
            broken = "a second end";
        }
        completed = true;
    }

    public void awaitBuffers(int count) {
        awaitBuffersOrEnd(count);
        assertThat(buffers()).isGreaterThanOrEqualTo(count);
    }

    public void awaitBuffersOrEnd(int count) {
        Awaitility.await().pollInterval(POLL).atMost(PATIENCE).until(() -> buffers() >= count || ended());
    }

    public void awaitEnd() {
        Awaitility.await().pollInterval(POLL).atMost(PATIENCE).until(this::ended);
    }

    /** Waits a moment and sees that nothing comes in it. */
    public void assertQuiet() {
        int before = buffers();
        boolean endedBefore = ended();
        Awaitility.await().pollDelay(QUIET).until(() -> true);
        assertThat(buffers()).isEqualTo(before);
        assertThat(ended()).isEqualTo(endedBefore);
    }

    public synchronized int buffers() {
        assertThat(broken).isNull();
        return buffers;
    }

    public synchronized int bufferBytesMax() {
        return bufferBytesMax;
    }

    public synchronized ByteBuffer received() {
        return ByteBuffer.wrap(received.toByteArray());
    }

    public synchronized boolean ended() {
        assertThat(broken).isNull();
        return completed || error != null;
    }

    public synchronized boolean completed() {
        return completed;
    }

    public synchronized Set<Thread> signalThreads() {
        return Set.copyOf(signalThreads);
    }

    public synchronized Throwable error() {
        return error;
    }
}
