package io.tapedeck.store.upkeep;

import io.tapedeck.store.PartBounds;
import java.util.concurrent.TimeUnit;

/**
 * Makes settings of upkeep. Unless told otherwise there is a round every hour, so that upkeep does what a test tells it to;
 * sessions are settled at once, with a lease of a minute and little memory, and the rest is as usual.
 */
public final class UpkeepBuilder {
    private static final UpkeepSettings USUAL = UpkeepSettings.DEFAULT;

    private long intervalMs = TimeUnit.HOURS.toMillis(1);
    private long settleAfterMs;
    private long finalSettleAfterMs;
    private long leaseMs = 60_000;
    private long doomedGraceMs = USUAL.doomedGraceMs();
    private long staleIntentAfterMs = USUAL.staleIntentAfterMs();
    private long memoryBytesMax = 8 << 20;
    private int settlers = 1;
    private PartBounds parts = USUAL.parts();
    private int level = USUAL.level();

    public UpkeepBuilder intervalMs(long ms) {
        intervalMs = ms;
        return this;
    }

    public UpkeepBuilder settleAfterMs(long ms) {
        settleAfterMs = ms;
        return this;
    }

    public UpkeepBuilder finalSettleAfterMs(long ms) {
        finalSettleAfterMs = ms;
        return this;
    }

    public UpkeepBuilder leaseMs(long ms) {
        leaseMs = ms;
        return this;
    }

    public UpkeepBuilder doomedGraceMs(long ms) {
        doomedGraceMs = ms;
        return this;
    }

    public UpkeepBuilder staleIntentAfterMs(long ms) {
        staleIntentAfterMs = ms;
        return this;
    }

    public UpkeepBuilder memoryBytesMax(long bytes) {
        memoryBytesMax = bytes;
        return this;
    }

    public UpkeepBuilder settlers(int count) {
        settlers = count;
        return this;
    }

    public UpkeepBuilder parts(PartBounds bounds) {
        parts = bounds;
        return this;
    }

    public UpkeepBuilder level(int zstdLevel) {
        level = zstdLevel;
        return this;
    }

    public UpkeepSettings build() {
        return new UpkeepSettings(
                intervalMs,
                settleAfterMs,
                finalSettleAfterMs,
                leaseMs,
                doomedGraceMs,
                staleIntentAfterMs,
                memoryBytesMax,
                settlers,
                parts,
                level,
                USUAL.compactAfterMs());
    }
}
