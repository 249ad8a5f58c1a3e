package io.tapedeck.playback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.BoundedWorkers;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.ViewCatalog.Sight;
import io.tapedeck.store.ViewCatalog.Viewer;
import io.tapedeck.store.ViewCatalog.ViewerKind;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Noting who watches: seldom, beside those who are answered, and never more than fits. */
class AudienceTest {
    private static final Viewer ADA = new Viewer(ViewerKind.PERSON, "ada", null);
    private static final Viewer BOB = new Viewer(ViewerKind.PERSON, "bob", null);

    private final FakeViews views = new FakeViews(new FakeAdmin());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong ns = new AtomicLong();
    private boolean withoutTimers;
    /** What is to be done once some time has passed. */
    private final Queue<Runnable> due = new ArrayDeque<>();

    private final BoundedWorkers threads = new BoundedWorkers("audience-test", 1, 2);
    private final Audience audience = new Audience(
            views,
            null,
            Clock.fixed(Instant.ofEpochMilli(Samples.START), ZoneOffset.UTC),
            meters,
            ns::get,
            work -> {
                if (withoutTimers) {
                    throw new RejectedExecutionException("no more timers");
                }
                due.add(work);
            },
            threads);

    @AfterEach
    void stop() {
        views.gate.countDown();
        audience.close();
    }

    @Test
    void theManyRequestsOfOneViewing_areOneNote_andAfterSomeMinutesAnother() {
        for (int i = 0; i < 100; i++) {
            audience.watches(ADA, Samples.KNOWN);
        }
        timePasses();
        awaitNoted(1);
        assertThat(views.noted).containsExactly(new Sight(Samples.KNOWN, ADA, Samples.START));

        ns.addAndGet(TimeUnit.MINUTES.toNanos(5) - 1);
        audience.watches(ADA, Samples.KNOWN);
        ns.addAndGet(1);
        audience.watches(ADA, Samples.KNOWN);
        timePasses();
        awaitNoted(2);
        audience.close();
        assertThat(views.noted).hasSize(2);
    }

    @Test
    void otherViewersAndOtherSessions_areNotesOfTheirOwn() {
        audience.watches(ADA, Samples.KNOWN);
        audience.watches(BOB, Samples.KNOWN);
        audience.watches(new Viewer(ViewerKind.TOKEN, "ada", null), Samples.KNOWN);
        audience.watches(ADA, Samples.UNKNOWN);
        timePasses();

        awaitNoted(4);
    }

    @Test
    void whatComesWithinSomeTime_isWrittenTogether() {
        for (int i = 0; i < 60; i++) {
            audience.watches(ADA, session(i));
        }
        assertThat(views.calls).isEmpty();
        assertThat(due).hasSize(1);
        timePasses();
        awaitNoted(60);
        assertThat(views.calls).containsExactly(60);

        audience.watches(ADA, session(60));
        timePasses();
        awaitNoted(61);
        assertThat(views.calls).containsExactly(60, 1);
    }

    @Test
    void afterNoThreadWasThereToWrite_theNextRequestTriesAgainForAll() {
        CountDownLatch busy = new CountDownLatch(1);
        List<Future<Boolean>> others = Stream.generate(() -> threads.submit(() -> busy.await(1, TimeUnit.MINUTES)))
                .limit(3)
                .<Future<Boolean>>map(other -> other)
                .toList();
        audience.watches(ADA, Samples.KNOWN);
        timePasses();
        busy.countDown();
        await().until(() -> others.stream().allMatch(Future::isDone));
        assertThat(views.calls).isEmpty();

        audience.watches(BOB, Samples.KNOWN);
        timePasses();

        awaitNoted(2);
    }

    @Test
    void afterNoTimeCouldBeWaitedFor_theNextRequestTriesAgainForAll() {
        withoutTimers = true;
        audience.watches(ADA, Samples.KNOWN);
        withoutTimers = false;
        audience.watches(BOB, Samples.KNOWN);
        timePasses();

        awaitNoted(2);
    }

    @Test
    void whatComesWhileOneIsWritten_isWrittenTogether() {
        views.gate = new CountDownLatch(1);
        audience.watches(ADA, session(0));
        timePasses();
        await().until(() -> views.calls.size() == 1);
        for (int i = 1; i <= 250; i++) {
            audience.watches(ADA, session(i));
        }
        views.gate.countDown();
        timePasses();

        awaitNoted(251);
        assertThat(views.calls).containsExactly(1, 100, 100, 50);
    }

    @Test
    void beyondWhatMayWait_notesAreLeftOutAndCounted_andTheNextRequestTriesAgain() {
        views.gate = new CountDownLatch(1);
        audience.watches(ADA, session(0));
        timePasses();
        await().until(() -> views.calls.size() == 1);
        for (int i = 1; i <= 1_003; i++) {
            audience.watches(ADA, session(i));
        }
        assertThat(count("dropped")).isEqualTo(3);

        views.gate.countDown();
        timePasses();
        awaitNoted(1_001);
        audience.watches(ADA, session(1_003));
        timePasses();
        awaitNoted(1_002);
        assertThat(count("noted")).isEqualTo(1_002);
    }

    @Test
    void whatCannotBeWritten_isCounted_andTheNextRequestTriesAgain() {
        views.failure = new StoreException(StoreErrorKind.UNAVAILABLE, "away");
        audience.watches(ADA, Samples.KNOWN);
        timePasses();
        await().until(() -> count("failed") == 1);

        views.failure = null;
        audience.watches(ADA, Samples.KNOWN);
        timePasses();
        awaitNoted(1);
        assertThat(count("noted")).isEqualTo(1);
    }

    @Test
    void close_writesWhatWaits_andLaterOnesAreNobodysConcern() {
        views.gate = new CountDownLatch(1);
        audience.watches(ADA, session(0));
        audience.watches(ADA, session(1));
        timePasses();
        await().until(() -> views.calls.size() == 1);
        audience.watches(ADA, session(2));
        views.gate.countDown();

        audience.close();

        assertThat(views.noted).hasSize(3);
        audience.watches(ADA, session(3));
        timePasses();
        withoutTimers = true;
        audience.watches(ADA, session(4));
    }

    private void timePasses() {
        for (Runnable work = due.poll(); work != null; work = due.poll()) {
            work.run();
        }
    }

    private void awaitNoted(int count) {
        await().until(() -> views.noted.size() >= count);
        assertThat(views.noted).hasSize(count);
    }

    private double count(String outcome) {
        return meters.get("tapedeck.playback.views")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private static SessionKey session(int i) {
        return new SessionKey("default", "s" + i);
    }
}
