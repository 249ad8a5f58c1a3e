package io.tapedeck.playback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.ViewCatalog.Sight;
import io.tapedeck.store.ViewCatalog.Viewer;
import io.tapedeck.store.ViewCatalog.ViewerKind;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Noting who watches: seldom, beside those who are answered, and never more than fits. */
class AudienceTest {
    private static final Viewer ADA = new Viewer(ViewerKind.PERSON, "ada", null);
    private static final Viewer BOB = new Viewer(ViewerKind.PERSON, "bob", null);

    private final FakeViews views = new FakeViews(new FakeAdmin());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong ns = new AtomicLong();
    private final Audience audience = new Audience(
            views, null, Clock.fixed(Instant.ofEpochMilli(Samples.START), ZoneOffset.UTC), meters, ns::get);

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
        awaitNoted(1);
        assertThat(views.noted).containsExactly(new Sight(Samples.KNOWN, ADA, Samples.START));

        ns.addAndGet(TimeUnit.MINUTES.toNanos(5) - 1);
        audience.watches(ADA, Samples.KNOWN);
        ns.addAndGet(1);
        audience.watches(ADA, Samples.KNOWN);
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

        awaitNoted(4);
    }

    @Test
    void whatComesWhileOneIsWritten_isWrittenTogether() {
        views.gate = new CountDownLatch(1);
        audience.watches(ADA, session(0));
        await().until(() -> views.calls.size() == 1);
        for (int i = 1; i <= 250; i++) {
            audience.watches(ADA, session(i));
        }
        views.gate.countDown();

        awaitNoted(251);
        assertThat(views.calls).containsExactly(1, 100, 100, 50);
    }

    @Test
    void beyondWhatMayWait_notesAreLeftOutAndCounted_andTheNextRequestTriesAgain() {
        views.gate = new CountDownLatch(1);
        audience.watches(ADA, session(0));
        await().until(() -> views.calls.size() == 1);
        for (int i = 1; i <= 1_003; i++) {
            audience.watches(ADA, session(i));
        }
        assertThat(count("dropped")).isEqualTo(3);

        views.gate.countDown();
        awaitNoted(1_001);
        audience.watches(ADA, session(1_003));
        awaitNoted(1_002);
        assertThat(count("noted")).isEqualTo(1_002);
    }

    @Test
    void whatCannotBeWritten_isCounted_andTheNextRequestTriesAgain() {
        views.failure = new StoreException(StoreErrorKind.UNAVAILABLE, "away");
        audience.watches(ADA, Samples.KNOWN);
        await().until(() -> count("failed") == 1);

        views.failure = null;
        audience.watches(ADA, Samples.KNOWN);
        awaitNoted(1);
        assertThat(count("noted")).isEqualTo(1);
    }

    @Test
    void close_writesWhatWaits_andLaterOnesAreNobodysConcern() {
        views.gate = new CountDownLatch(1);
        audience.watches(ADA, session(0));
        audience.watches(ADA, session(1));
        await().until(() -> views.calls.size() == 1);
        audience.watches(ADA, session(2));
        views.gate.countDown();

        audience.close();

        assertThat(views.noted).hasSize(3);
        audience.watches(ADA, session(3));
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
