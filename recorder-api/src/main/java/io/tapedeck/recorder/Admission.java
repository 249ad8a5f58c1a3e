package io.tapedeck.recorder;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.inflate.MemoryBudget;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The door of the gateway: bounds how many requests are worked on and how many bytes they hold together. Each request
 * takes a {@link Ticket}, reserves on it before it allocates, and closes it when nothing of it is held any more.
 * Thread-safe.
 */
final class Admission {
    private static final int RETRY_AFTER_S = 2;

    private final int requestsMax;
    private final long bytesMax;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    Admission(int requestsMax, long bytesMax, MeterRegistry meters) {
        this.requestsMax = requestsMax;
        this.bytesMax = bytesMax;
        Gauge.builder("tapedeck.ingest.inflight.requests", requests, AtomicInteger::get)
                .description("Uploads being worked on")
                .register(meters);
        Gauge.builder("tapedeck.ingest.inflight.bytes", bytes, AtomicLong::get)
                .description("Memory held by uploads being worked on")
                .baseUnit("bytes")
                .register(meters);
    }

    /** @throws ProblemException OVER_CAPACITY if too many requests are being worked on */
    Ticket enter() {
        if (requests.incrementAndGet() > requestsMax) {
            requests.decrementAndGet();
            throw overCapacity("too many uploads at the same time");
        }
        return new Ticket();
    }

    private static ProblemException overCapacity(String detail) {
        return Problem.of(ProblemCode.OVER_CAPACITY, detail)
                .withRetryAfter(RETRY_AFTER_S)
                .asException();
    }

    /** One request's share. Used by one thread at a time. */
    final class Ticket implements MemoryBudget, AutoCloseable {
        private final AtomicLong held = new AtomicLong();
        private final AtomicBoolean closed = new AtomicBoolean();

        @Override
        public void reserve(long count) {
            if (bytes.addAndGet(count) > bytesMax) {
                bytes.addAndGet(-count);
                throw overCapacity("the uploads being worked on take all the memory there is for them");
            }
            held.addAndGet(count);
        }

        @Override
        public void release(long count) {
            held.addAndGet(-count);
            bytes.addAndGet(-count);
        }

        /** Gives back all that is left. Closing again does nothing. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                bytes.addAndGet(-held.getAndSet(0));
                requests.decrementAndGet();
            }
        }
    }
}
