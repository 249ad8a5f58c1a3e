package io.tapedeck.store;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that tests set and move; it stands still meanwhile, or goes on as time does. Thread-safe. */
public final class TestClock extends Clock {
    private final Clock base;
    private final AtomicLong shiftMs = new AtomicLong();

    private TestClock(Clock base, long now) {
        this.base = base;
        set(now);
    }

    public static TestClock standingAt(long now) {
        return new TestClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), now);
    }

    public static TestClock goingOnFrom(long now) {
        return new TestClock(Clock.systemUTC(), now);
    }

    public void set(long now) {
        shiftMs.set(now - base.millis());
    }

    public void move(long ms) {
        shiftMs.addAndGet(ms);
    }

    @Override
    public long millis() {
        return base.millis() + shiftMs.get();
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
