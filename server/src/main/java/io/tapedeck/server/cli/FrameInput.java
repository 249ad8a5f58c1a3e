package io.tapedeck.server.cli;

import io.tapedeck.store.StoreException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;

/** What a publisher yields, as a stream to read from; holds one buffer at a time. Read by one thread. */
final class FrameInput extends InputStream implements Flow.Subscriber<ByteBuffer> {
    private static final ByteBuffer END = ByteBuffer.allocate(0);

    private final BlockingQueue<Object> signals = new LinkedBlockingQueue<>();
    private Flow.Subscription subscription;
    private ByteBuffer current = ByteBuffer.allocate(0);
    private boolean ended;

    FrameInput(Flow.Publisher<ByteBuffer> frames) {
        frames.subscribe(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
    }

    @Override
    public void onNext(ByteBuffer buffer) {
        signals.add(buffer);
    }

    @Override
    public void onError(Throwable error) {
        signals.add(StoreException.of(error));
    }

    @Override
    public void onComplete() {
        signals.add(END);
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** @throws StoreException what the publisher failed with */
    @Override
    public int read(byte[] into, int offset, int length) {
        while (!ended && !current.hasRemaining()) {
            next();
        }
        if (ended) {
            return -1;
        }
        int count = Math.min(length, current.remaining());
        current.get(into, offset, count);
        return count;
    }

    private void next() {
        try {
            Object signal = signals.poll();
            if (signal == null) {
                subscription.request(1);
                signal = signals.take();
            }
            if (signal instanceof StoreException failure) {
                throw failure;
            }
            ended = signal == END;
            current = (ByteBuffer) signal;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StoreException.of(e);
        }
    }

    @Override
    public void close() {
        subscription.cancel();
    }
}
