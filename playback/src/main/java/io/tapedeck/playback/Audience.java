package io.tapedeck.playback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.store.BoundedWorkers;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.ShareCatalog.Share;
import io.tapedeck.store.ViewCatalog;
import io.tapedeck.store.ViewCatalog.Sight;
import io.tapedeck.store.ViewCatalog.Viewer;
import io.tapedeck.store.ViewCatalog.ViewerKind;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes who watches which session. Watching is being sent events, whole or in part, or being told that one has them already;
 * and following a session live. Lists, manifests and markers are looked at without watching.
 *
 * <p>Thread-safe. Never blocks and never fails a caller: what is noted waits in a bounded queue for a thread of its own,
 * which lets some time pass and then writes many at once: each time is a transaction, and a script may fetch a hundred
 * sessions in a second. A player's many requests are one note every {@value #REMEMBERED_MIN} minutes, so that is how far
 * what is noted may be behind. What finds the queue full or can't be written is counted and left out; the same viewer's next
 * request tries again.
 */
final class Audience implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Audience.class);

    private static final int REMEMBERED_MIN = 5;
    private static final int REMEMBERED_MAX = 10_000;
    /** What waits to be written, a few hundred bytes each. */
    private static final int WAITING_MAX = 1_000;
    /** What one transaction writes. */
    private static final int WRITTEN_MAX = 100;

    /** For so long the first that waits waits for others. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    private final ViewCatalog views;
    private final Authenticator authenticator;
    private final Clock clock;
    private final Cache<Watched, Boolean> recent;
    private final BlockingQueue<Sight> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    /** Whether a task will look into the queue that has not begun to. */
    private final AtomicBoolean awaited = new AtomicBoolean();

    private final Consumer<Runnable> later;
    private final BoundedWorkers threads;
    private final Counter noted;
    private final Counter dropped;
    private final Counter failed;

    private record Watched(SessionKey session, Viewer viewer) {}

    Audience(ViewCatalog views, Authenticator authenticator, Clock clock, MeterRegistry meters, Vertx vertx) {
        this(
                views,
                authenticator,
                clock,
                meters,
                Ticker.systemTicker(),
                work -> vertx.setTimer(LINGER.toMillis(), timer -> work.run()),
                new BoundedWorkers("tapedeck-views", 1, 2));
    }

    /**
     * @param ticker by which viewers are remembered
     * @param later runs something that does not block, once others may have come
     * @param threads of which one at a time writes; closed with this
     */
    Audience(
            ViewCatalog views,
            Authenticator authenticator,
            Clock clock,
            MeterRegistry meters,
            Ticker ticker,
            Consumer<Runnable> later,
            BoundedWorkers threads) {
        this.views = views;
        this.authenticator = authenticator;
        this.clock = clock;
        this.later = later;
        this.threads = threads;
        this.recent = Caffeine.newBuilder()
                .maximumSize(REMEMBERED_MAX)
                .expireAfterWrite(Duration.ofMinutes(REMEMBERED_MIN))
                .ticker(ticker)
                .build();
        this.noted = counter(meters, "noted");
        this.dropped = counter(meters, "dropped");
        this.failed = counter(meters, "failed");
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return Counter.builder("tapedeck.playback.views")
                .description("Notes of who watches a session: written, left out as too many waited, or not written")
                .tag("outcome", outcome)
                .register(meters);
    }

    /** Whoever calls watches a session. */
    void watches(Call call, SessionKey session) {
        watches(viewer(call), session);
    }

    void watches(Viewer viewer, SessionKey session) {
        Watched watched = new Watched(session, viewer);
        if (recent.asMap().putIfAbsent(watched, true) != null) {
            return;
        }
        if (!waiting.offer(new Sight(session, viewer, clock.millis()))) {
            recent.invalidate(watched);
            dropped.increment();
            return;
        }
        if (awaited.compareAndSet(false, true)) {
            writeLater();
        }
    }

    /** If it can't be done, whoever comes next tries again, for those who wait too. */
    private void writeLater() {
        try {
            later.accept(() -> threads.submit(this::write).whenComplete((done, failure) -> {
                if (failure != null) {
                    awaited.set(false);
                }
            }));
        } catch (RuntimeException e) {
            awaited.set(false);
        }
    }

    private Viewer viewer(Call call) {
        Share share = call.share();
        if (share != null) {
            return new Viewer(ViewerKind.SHARE, share.id(), share.madeBy());
        }
        boolean isLogin = authenticator.loginOf(call.ctx().request()) != null;
        return new Viewer(
                isLogin ? ViewerKind.PERSON : ViewerKind.TOKEN, call.principal().name(), null);
    }

    /** Says first that it has begun: what is added from now on is seen by this task or has one of its own. */
    private Void write() {
        awaited.set(false);
        List<Sight> some = new ArrayList<>();
        while (waiting.drainTo(some, WRITTEN_MAX) > 0) {
            write(some);
            some.clear();
        }
        return null;
    }

    private void write(List<Sight> some) {
        try {
            views.note(some);
            noted.increment(some.size());
        } catch (RuntimeException e) {
            some.forEach(sight -> recent.invalidate(new Watched(sight.session(), sight.viewer())));
            failed.increment(some.size());
            LOG.warn("who watches {} sessions is not noted: {}", some.size(), e.toString());
        }
    }

    /** Writes what waits, for a while. */
    @Override
    public void close() {
        Future<Void> last = threads.submit(this::write);
        try {
            last.get(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("who watches {} sessions is not noted: {}", waiting.size(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.close();
    }
}
