package io.tapedeck.store.upkeep;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalog.CatalogTotals;
import io.tapedeck.store.Catalog.CatalogWaiting;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * What the catalog holds, as metrics. What waits to be done is counted each time; all sessions and recordings, which are
 * counted one by one, once a minute. Not a number until they were counted first. One thread counts; any may read.
 */
final class TotalsGauges {
    private static final long TOTALS_KEPT_MS = TimeUnit.MINUTES.toMillis(1);

    private final Catalog catalog;
    private final Clock clock;
    private volatile CatalogTotals totals;
    private volatile CatalogWaiting waiting;
    private long countedAt;

    TotalsGauges(Catalog catalog, MeterRegistry meters, Clock clock) {
        this.catalog = catalog;
        this.clock = clock;
        gauge(meters, "tapedeck.sessions", "sessions, up to a minute ago", g -> g.of(CatalogTotals::sessions));
        gauge(
                meters,
                "tapedeck.recordings",
                "recordings in the store, up to a minute ago",
                g -> g.of(CatalogTotals::recordings));
        gauge(
                meters,
                "tapedeck.sessions.unsettled",
                "sessions not settled",
                g -> g.ofWaiting(CatalogWaiting::unsettledSessions));
        gauge(meters, "tapedeck.segments", "segments in the store", g -> g.ofWaiting(CatalogWaiting::segments));
        gauge(
                meters,
                "tapedeck.objects.doomed",
                "objects to be deleted",
                g -> g.ofWaiting(CatalogWaiting::doomedObjects));
    }

    void count() {
        waiting = catalog.waiting();
        long now = clock.millis();
        // A clock that was set back must not stop the counting.
        if (totals == null || Math.abs(now - countedAt) >= TOTALS_KEPT_MS) {
            totals = catalog.totals();
            countedAt = now;
        }
    }

    private double of(ToDoubleFunction<CatalogTotals> total) {
        CatalogTotals counted = totals;
        return counted == null ? Double.NaN : total.applyAsDouble(counted);
    }

    private double ofWaiting(ToDoubleFunction<CatalogWaiting> number) {
        CatalogWaiting counted = waiting;
        return counted == null ? Double.NaN : number.applyAsDouble(counted);
    }

    private void gauge(MeterRegistry meters, String name, String description, ToDoubleFunction<TotalsGauges> value) {
        Gauge.builder(name, this, value).description(description).register(meters);
    }
}
