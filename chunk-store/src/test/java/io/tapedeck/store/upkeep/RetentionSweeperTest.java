package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.By;
import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkStore;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.ObjectStore.StoredObject;
import io.tapedeck.store.RetentionCatalog;
import io.tapedeck.store.RetentionCatalog.RetentionPreview;
import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.StoreSettings;
import io.tapedeck.store.StoreSettings.Ack;
import io.tapedeck.store.TestClock;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.flush.FlushPolicy;
import io.tapedeck.store.journal.JournalSettings;
import io.tapedeck.store.object.MemoryObjectStore;
import io.tapedeck.store.object.WrappedKeyRing;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions come in through a real store, and time passes in jumps. */
class RetentionSweeperTest {
    private static final By BY = new By("admin", 1);
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);
    private static final long GRACE_MS = 600_000;
    private static final UpkeepSettings UPKEEP =
            new UpkeepBuilder().doomedGraceMs(GRACE_MS).build();

    @TempDir
    Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TestClock clock = TestClock.goingOnFrom(Chunks.START_AT);
    private final MemoryObjectStore objects = new MemoryObjectStore(1L << 28);
    private JdbcCatalog catalog;
    private RetentionCatalog retention;
    private ChunkStore store;
    private Upkeep upkeep;

    @BeforeEach
    void open() {
        catalog = JdbcCatalog.open(
                CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db")), new SimpleMeterRegistry());
        catalog.bootstrap(new Bootstrap(List.of(), "pk", null, null), clock.millis());
        retention = catalog.catalogs().retention();
        upkeep = new Upkeep(
                catalog.catalogs(), objects, "memory", "node", folder.resolve("temporary"), UPKEEP, meters, clock);
        openStore();
    }

    private void openStore() {
        store = ChunkStore.open(
                new StoreSettings(
                        folder.resolve("store"),
                        "memory",
                        true,
                        false,
                        Ack.STORED,
                        20_000,
                        new JournalSettings(16 << 10, 1L << 30, 1, 0, 64 << 20),
                        new FlushPolicy(64 << 10, 20, 4 << 20, 2, 1, 20),
                        UPKEEP),
                objects,
                catalog.catalogs(),
                new SimpleMeterRegistry(),
                clock);
    }

    @AfterEach
    void close() {
        upkeep.close();
        store.close(Duration.ofSeconds(10));
        catalog.close();
        objects.close();
    }

    @Test
    void sessions_areKeptForHoursToYears() throws Exception {
        for (long hours : new long[] {1, 30 * 24, 10 * 365 * 24}) {
            keepFor(hours);
            SessionKey settled = session("settled" + hours);
            SessionKey hot = session("hot" + hours);
            append(settled, 0);
            append(settled, 1);
            upkeep.settle();
            append(hot, 0);
            long receivedAt = Chunks.START_AT + 200;

            clock.set(receivedAt + hours * HOUR - 60_000);
            assertThat(upkeep.expire()).isZero();
            assertThat(catalog.layout(settled)).isPresent();

            clock.set(receivedAt + hours * HOUR);
            assertThat(upkeep.expire()).isEqualTo(2);
            assertThat(catalog.layout(settled)).isEmpty();
            assertThat(catalog.layout(hot)).isEmpty();

            clock.set(clock.millis() + GRACE_MS + 60_000);
            upkeep.sweep();
            assertThat(keys("")).isEmpty();
            clock.set(Chunks.START_AT);
        }
        assertThat(meters.get("tapedeck.retention.expired.sessions").counter().count())
                .isEqualTo(6);
        assertThat(meters.get("tapedeck.retention.expired.bytes").counter().count())
                .isPositive();
        assertThat(meters.get("tapedeck.retention.failures").counter().count()).isZero();
        assertThat(meters.get("tapedeck.retention.backlog").gauge().value()).isZero();
    }

    @Test
    void anotherPolicy_appliesToWhatIsStored_asThePreviewSays() throws Exception {
        keepFor(100);
        for (int i = 0; i < 5; i++) {
            append(session("s" + i), i * 3_600L);
        }
        clock.set(Chunks.START_AT + 9 * HOUR + HOUR / 2);
        assertThat(upkeep.expire()).isZero();
        RetentionPreview preview = retention.preview("default", new RetentionPolicy(8, List.of()), clock.millis());

        keepFor(8);

        assertThat(preview.sessions()).isEqualTo(2);
        assertThat(upkeep.expire()).isEqualTo(2);
        assertThat(meters.get("tapedeck.retention.expired.bytes").counter().count())
                .isEqualTo((double) preview.bytes());
        assertThat(meters.get("tapedeck.retention.reviewed").counter().count()).isEqualTo(5);
        keepFor(1_000);
        clock.set(Chunks.START_AT + 900 * HOUR);
        assertThat(upkeep.expire()).isZero();
        assertThat(catalog.layout(session("s0"))).isEmpty();
        assertThat(catalog.layout(session("s4"))).isPresent();
    }

    @Test
    void pinnedAndHeldSessions_stayForAsLongAsTheyAre() throws Exception {
        append(session("pinned"), 0);
        append(session("held"), 0);
        append(session("neither"), 0);
        retention.mark(session("pinned"), true, null, BY);
        retention.mark(session("held"), null, true, BY);
        clock.set(Chunks.START_AT + 20_000 * HOUR);

        assertThat(upkeep.expire()).isEqualTo(1);
        assertThat(upkeep.settle()).isEqualTo(2);
        assertThat(upkeep.expire()).isZero();

        retention.mark(session("pinned"), false, null, BY);
        assertThat(upkeep.expire()).isEqualTo(1);
        assertThat(catalog.layout(session("held"))).isPresent();
    }

    @Test
    void aLiveSessionThatExpires_isRefusedFromThenOn() throws Exception {
        keepFor(1);
        append(session("live"), 0);
        append(session("other"), 3_600);
        clock.set(Chunks.START_AT + HOUR + 1_000);
        append(session("live"), 3_599);

        assertThat(upkeep.expire()).isEqualTo(1);

        // This process asked a moment ago whether the session is gone: the chunk is taken, and the commit leaves it
        // out.
        assertErased(() -> append(session("live"), 3_601));
        assertThat(catalog.layout(session("live"))).isEmpty();
        assertThat(catalog.layout(session("other"))).isPresent();
        store.close(Duration.ofSeconds(10));
        openStore();
        assertErased(() -> append(session("live"), 3_602));
        assertThat(catalog.layout(session("live"))).isEmpty();
        assertThat(catalog.layout(session("other"))).isPresent();
    }

    private static void assertErased(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.ERASED));
    }

    @Test
    void aCrashBetweenAnyTwoSteps_leavesTheRestToTheNextRound() throws Exception {
        int round = 0;
        boolean crashed = true;
        for (int call = 1; crashed; call++) {
            for (boolean after : new boolean[] {false, true}) {
                long before = retention.removed("default").sessionsExpired();
                for (int i = 0; i < 3; i++) {
                    SessionKey session = session("r" + round + "-" + i);
                    append(session, 0);
                    giveKey(session);
                }
                keepFor(1 + round % 2);
                clock.set(Chunks.START_AT + 4 * HOUR);

                AtomicInteger calls = new AtomicInteger();
                new RetentionSweeper(dyingAt(call, after, calls), objects, meters, clock).sweep();
                crashed = calls.get() >= call;
                new RetentionSweeper(retention, objects, meters, clock).sweep();

                assertThat(retention.removed("default").sessionsExpired()).isEqualTo(before + 3);
                assertThat(retention.expired(clock.millis(), 1)).isEmpty();
                assertThat(retention.keysLeft(1)).isEmpty();
                assertThat(retention.sweepTerms(1)).isZero();
                assertThat(retention.reviewExpiry(1)).isZero();
                assertThat(keys("meta/keys/")).isEmpty();
                clock.set(clock.millis() + GRACE_MS + 60_000);
                upkeep.sweep();
                assertThat(keys("")).isEmpty();
                clock.set(Chunks.START_AT);
                round++;
            }
        }
        assertThat(round).as("rounds, of which each call was the last of two").isGreaterThan(20);
    }

    /** The catalog as a process sees it that dies before or after its nth call: every later one fails too. */
    private RetentionCatalog dyingAt(int call, boolean after, AtomicInteger calls) {
        return (RetentionCatalog) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {RetentionCatalog.class}, (proxy, method, args) -> {
                    int number = calls.incrementAndGet();
                    Object result = null;
                    if (number < call || (number == call && after)) {
                        try {
                            result = method.invoke(retention, args);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }
                    if (number >= call) {
                        throw new StoreException(StoreErrorKind.UNAVAILABLE, method.getName() + " fails on purpose");
                    }
                    return result;
                });
    }

    @Test
    void keysAreDeleted_onceTheObjectStoreIsBack() throws Exception {
        append(session("s"), 0);
        giveKey(session("s"));
        clock.set(Chunks.START_AT + 20_000 * HOUR);
        MemoryObjectStore away = new MemoryObjectStore(0);
        away.close();

        assertThat(new RetentionSweeper(retention, away, meters, clock).sweep()).isEqualTo(1);

        assertThat(meters.get("tapedeck.retention.failures").counter().count()).isEqualTo(1);
        assertThat(retention.keysLeft(2)).containsExactly(session("s"));
        upkeep.expire();
        assertThat(retention.keysLeft(2)).isEmpty();
        assertThat(keys("meta/")).isEmpty();
    }

    @Test
    void manySweepers_takeEachSessionOutOnce() throws Exception {
        for (int i = 0; i < 30; i++) {
            append(session("s" + i), i);
        }
        clock.set(Chunks.START_AT + 20_000 * HOUR);
        ExecutorService pool = Executors.newFixedThreadPool(3);
        int gone = 0;
        try {
            List<Future<Integer>> running = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                RetentionSweeper sweeper = new RetentionSweeper(retention, objects, new SimpleMeterRegistry(), clock);
                running.add(pool.submit(sweeper::sweep));
            }
            for (Future<Integer> one : running) {
                gone += one.get();
            }
        } finally {
            pool.shutdownNow();
        }

        assertThat(gone).isEqualTo(30);
        assertThat(retention.removed("default").sessionsExpired()).isEqualTo(30);
    }

    @Test
    void anInterruptedRound_stopsBetweenTwoBatches() {
        append(session("s"), 0);
        clock.set(Chunks.START_AT + 20_000 * HOUR);
        Thread.currentThread().interrupt();

        assertThatThrownBy(upkeep::expire).isInstanceOf(InterruptedException.class);

        assertThat(catalog.layout(session("s"))).isPresent();
    }

    @Test
    void tombstonesOfExpiry_areKeptForThirtyDays() throws Exception {
        append(session("s"), 0);
        clock.set(Chunks.START_AT + 20_000 * HOUR);
        upkeep.expire();

        clock.set(clock.millis() + RetentionSweeper.EXPIRIES_KEPT_MS - 60_000);
        upkeep.expire();
        assertThat(catalog.isErased(session("s"))).isTrue();

        clock.set(clock.millis() + 120_000);
        upkeep.expire();
        assertThat(catalog.isErased(session("s"))).isFalse();
    }

    @Test
    void snapshots_areWrittenWhenAdminsHaveChangedSomething() throws Exception {
        append(session("s"), 0);
        assertThat(upkeep.snapshot()).isEqualTo(1);
        assertThat(upkeep.snapshot()).isZero();

        for (int i = 1; i <= 4; i++) {
            keepFor(1_000 + i);
            assertThat(upkeep.snapshot()).isEqualTo(1);
        }
        retention.mark(session("s"), true, null, BY);
        assertThat(upkeep.snapshot()).isEqualTo(1);

        assertThat(keys("meta/admin/")).hasSize(3);
        Upkeep restarted = new Upkeep(
                catalog.catalogs(), objects, "memory", "node", folder.resolve("restarted"), UPKEEP, meters, clock);
        assertThat(restarted.snapshot()).isZero();
        restarted.close();
    }

    @Test
    void aNewerSnapshotOfAnotherCatalog_isLeftAlone() throws Exception {
        String foreign = "meta/admin/0000000000000000900.json";
        objects.put(foreign, ByteBuffer.wrap(new byte[] {'{', '}'})).get();

        assertThat(upkeep.snapshot()).isZero();
        keepFor(5);
        assertThat(upkeep.snapshot()).isZero();

        assertThat(keys("meta/admin/")).containsExactly(foreign);
        assertThat(meters.get("tapedeck.admin.snapshots.foreign").gauge().value())
                .isEqualTo(1);
    }

    private static SessionKey session(String id) {
        return new SessionKey("default", id);
    }

    /** The chunk number {@code seq} is received so many seconds after the start. */
    private void append(SessionKey session, long seq) {
        Chunk chunk = Chunks.chunk(session, "w1", seq);
        try {
            store.append(chunk).get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw StoreException.of(e);
        }
    }

    private void giveKey(SessionKey session) throws Exception {
        catalog.catalogs().wrappedKeys().keepKey(session, new byte[] {1});
        objects.put(WrappedKeyRing.objectKey(session), ByteBuffer.wrap(new byte[] {1}))
                .get();
    }

    private void keepFor(long hours) {
        catalog.catalogs().projects().change("default", was -> withRetention(was, hours), BY);
    }

    private static Project withRetention(Project was, long hours) {
        ProjectSettings settings = was.settings();
        return new Project(
                was.slug(),
                was.number(),
                was.name(),
                new ProjectSettings(
                        settings.masking(),
                        settings.onLessMasking(),
                        settings.origins(),
                        new RetentionPolicy(hours, List.of()),
                        settings.sampleRate(),
                        settings.recording(),
                        CaptureSettings.DEFAULT));
    }

    private List<String> keys(String prefix) throws Exception {
        return objects.list(prefix, null, 1_000).get().stream()
                .map(StoredObject::key)
                .toList();
    }
}
