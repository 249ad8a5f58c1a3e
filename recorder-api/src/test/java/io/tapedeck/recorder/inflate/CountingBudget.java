package io.tapedeck.recorder.inflate;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;

/** A budget that tells what is held, and was held at most. */
public final class CountingBudget implements MemoryBudget {
    private long limit = Long.MAX_VALUE;
    private long held;
    private long peak;

    @Override
    public void reserve(long bytes) {
        if (held + bytes > limit) {
            throw Problem.of(ProblemCode.OVER_CAPACITY, null).asException();
        }
        held += bytes;
        peak = Math.max(peak, held);
    }

    @Override
    public void release(long bytes) {
        held -= bytes;
    }

    public long held() {
        return held;
    }

    long peak() {
        return peak;
    }

    public void limitTo(long bytes) {
        limit = bytes;
    }

    /** As the request's ticket does when it is closed. */
    void forget() {
        held = 0;
    }

    void reset() {
        held = 0;
        peak = 0;
    }
}
