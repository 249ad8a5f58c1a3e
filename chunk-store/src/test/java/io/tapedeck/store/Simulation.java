package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.catalog.CatalogProbe;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.read.StoredSessions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Two gateways and two keepers over one catalog and one object store, on one thread, in an order that follows from a seed.
 *
 * <p>Whoever makes a call to disk, object store or catalog may find that others act before the call or after it, that the
 * call fails, with or without effect, or that its process dies. So everybody is interleaved with everybody at every call;
 * but who is interrupted goes on only when those who interrupted are done.
 */
final class Simulation {
    private static final int ACTIONS = 70;
    private static final int DEPTH_MAX = 3;
    private static final int ROUNDS_MAX = 200;
    private static final long STARTED_AT = Chunks.START_AT + 1_000_000;
    private static final int LOG_LINES = 80;

    private final Random random;
    private final JdbcCatalog catalog;
    private final CatalogProbe probe;
    private final SimulatedObjects objects = new SimulatedObjects();
    private final Fates fates;
    private final Workload workload;
    private final List<SimulatedGateway> gateways = new ArrayList<>();
    private final List<SimulatedKeeper> keepers = new ArrayList<>();
    private final Map<SessionKey, Set<ChunkId>> seen = new HashMap<>();
    private final ArrayDeque<String> log = new ArrayDeque<>();
    /** Of how many calls one fails; none if 0. */
    private final int faultOneIn;
    /** Of how many calls one is the last of its process; none if 0. */
    private final int deathOneIn;

    private long now = STARTED_AT;
    private int depth;
    private boolean calm;
    /** Erased for good; nobody sends more for them. Never all sessions. */
    private final Set<SessionKey> erased = new HashSet<>();
    /** Whether so much time has passed that sessions expire: once in a history, so that tombstones of that last. */
    private boolean monthPassed;

    private boolean objectStoreIsAway;
    private boolean catalogIsAway;

    /** What becomes of a call. */
    interface Fates {
        <T> T call(SimulatedProcess process, String name, Callable<T> call);
    }

    /** Fates, and everything else, that follow from the seed. */
    Simulation(long seed, JdbcCatalog catalog, CatalogProbe probe, Path folder) {
        this(seed, catalog, probe, folder, null);
    }

    /** @param fates decide about calls; null: chance does */
    Simulation(long seed, JdbcCatalog catalog, CatalogProbe probe, Path folder, Fates fates) {
        this.random = new Random(seed);
        this.fates = fates == null ? new Chance() : fates;
        this.catalog = catalog;
        this.probe = probe;
        this.workload = new Workload(random);
        this.faultOneIn = List.of(0, 10, 40).get(random.nextInt(3));
        this.deathOneIn = List.of(0, 60, 200).get(random.nextInt(3));
        catalog.bootstrap(new AdminCatalog.Bootstrap(List.of("key"), null, "hash", null), now);
        for (int i = 0; i < 2; i++) {
            gateways.add(new SimulatedGateway(this, "g" + i, folder.resolve("g" + i)));
            keepers.add(new SimulatedKeeper(this, folder.resolve("k" + i)));
        }
    }

    /** Runs until everybody is at rest and holds what must be true then. */
    void run() throws InterruptedException {
        for (int i = 0; i < ACTIONS; i++) {
            act();
        }
        calm = true;
        awaitFlushed();
        awaitSettled();
        check();
    }

    SimulatedGateway gateway() {
        return gateways.get(0);
    }

    SimulatedKeeper keeper() {
        return keepers.get(0);
    }

    void pass(long ms) {
        now += ms;
    }

    <T> T call(SimulatedProcess process, String name, Callable<T> call) {
        return fates.call(process, name, call);
    }

    Random random() {
        return random;
    }

    JdbcCatalog catalog() {
        return catalog;
    }

    ObjectStore objects() {
        return objects;
    }

    Workload workload() {
        return workload;
    }

    long nanoTime() {
        return now * 1_000_000;
    }

    /** No two looks show the same time. */
    Clock clock() {
        return new Clock() {
            @Override
            public long millis() {
                return now++;
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
                throw new UnsupportedOperationException();
            }
        };
    }

    /** What happened last, for whoever looks into a failure. */
    String log() {
        return String.join("\n", log);
    }

    void log(String line) {
        log.add("  ".repeat(depth) + line);
        if (log.size() > LOG_LINES) {
            log.remove();
        }
    }

    /** One thing that somebody does who is not interrupted. */
    private void act() throws InterruptedException {
        int choice = random.nextInt(100);
        SimulatedGateway gateway = gateways.get(random.nextInt(gateways.size()));
        SimulatedKeeper keeper = keepers.get(random.nextInt(keepers.size()));
        if (choice < 25) {
            gateway.append();
        } else if (choice < 65) {
            gateway.step();
        } else if (choice < 75) {
            keeper.settle();
        } else if (choice < 79) {
            keeper.sweep();
        } else if (choice < 81) {
            keeper.expire();
        } else if (choice < 82) {
            passAMonth();
        } else if (choice < 83) {
            requestErasure(workload.anySession());
        } else if (choice < 84) {
            keeper.erase();
        } else if (choice < 86) {
            now += 1 + random.nextInt(random.nextInt(10) == 0 ? 60_000 : 4_000);
        } else if (choice < 88) {
            gateway.crash();
        } else if (choice < 89) {
            gateway.stop();
        } else if (choice < 90) {
            keeper.crash();
        } else if (choice < 91) {
            objectStoreIsAway = !objectStoreIsAway && random.nextInt(4) == 0;
        } else if (choice < 92) {
            catalogIsAway = !catalogIsAway && random.nextInt(4) == 0;
        } else {
            look(workload.anySession());
        }
    }

    Set<SessionKey> erased() {
        return erased;
    }

    private void requestErasure(SessionKey session) {
        if (erased.isEmpty() && catalog.layout(session).isPresent()) {
            log("erase " + session.session());
            catalog.catalogs().erasures().request(Subject.session(session), "asked for", new By("admin", now));
            erased.add(session);
        }
    }

    private void passAMonth() {
        if (!monthPassed && random.nextInt(3) == 0) {
            log("a month passes");
            now += TimeUnit.DAYS.toMillis(31);
            monthPassed = true;
        }
    }

    /** Fails calls, ends processes, and lets others act in between, at random. */
    private final class Chance implements Fates {
        @Override
        public <T> T call(SimulatedProcess process, String name, Callable<T> call) {
            interleave(process);
            boolean isAway = !calm
                    && ((catalogIsAway && name.startsWith("catalog "))
                            || (objectStoreIsAway && name.startsWith("store ")));
            boolean fails = isAway || (!calm && faultOneIn > 0 && random.nextInt(faultOneIn) == 0);
            if (process.isDead() || (fails && (isAway || random.nextBoolean()))) {
                throw failure(name, process);
            }
            T result = SimulatedProcess.run(call);
            interleave(process);
            if (fails || process.isDead()) {
                throw failure(name, process);
            }
            return result;
        }

        private StoreException failure(String name, SimulatedProcess process) {
            log((process.isDead() ? "is not made: " : "fails: ") + name);
            return SimulatedProcess.failure(name);
        }

        /** A call is about to be made, or has just been. */
        private void interleave(SimulatedProcess process) {
            if (calm) {
                return;
            }
            if (deathOneIn > 0 && random.nextInt(deathOneIn) == 0) {
                process.crash();
            } else if (depth < DEPTH_MAX && random.nextInt(6) == 0) {
                depth++;
                try {
                    act();
                } catch (InterruptedException e) {
                    throw new AssertionError("nobody interrupts a simulation", e);
                } finally {
                    depth--;
                }
            }
        }
    }

    /** What a reader has seen once stays to be seen, and can be read. */
    void look(SessionKey session) {
        StoreInvariants.assertReferencesAreSound(catalog, objects, List.of(session));
        Set<ChunkId> visible = visible(session);
        if (isGone(session)) {
            assertThat(visible).as("chunks of %s, which is gone", session).isEmpty();
            return;
        }
        assertThat(visible).as("chunks of %s", session).containsAll(seen.getOrDefault(session, Set.of()));
        seen.put(session, visible);
    }

    /** Whether a session has expired: what is still on its way to it is dropped. */
    boolean isGone(SessionKey session) {
        return erased.contains(session) || (monthPassed && catalog.isErased(session));
    }

    Set<ChunkId> visible(SessionKey session) {
        Set<ChunkId> visible = new HashSet<>();
        catalog.layout(session).ifPresent(layout -> {
            layout.recordings()
                    .forEach(recording -> recording
                            .index()
                            .chunks()
                            .values()
                            .forEach(chunks -> chunks.forEach(chunk -> visible.add(chunk.id()))));
            layout.blocks().forEach(located -> located.block().chunks().forEach(chunk -> visible.add(chunk.id())));
        });
        return visible;
    }

    void awaitFlushed() {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            boolean atRest = true;
            for (SimulatedGateway gateway : gateways) {
                atRest &= gateway.comeToRest();
            }
            now += 1_000;
            if (atRest) {
                return;
            }
        }
        throw new AssertionError("a gateway does not come to rest");
    }

    void awaitSettled() throws InterruptedException {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            now += 7_200_000;
            SimulatedKeeper keeper = keepers.get(round % keepers.size());
            keeper.expire();
            keeper.erase();
            keeper.settle();
            keeper.sweep();
            gateways.forEach(SimulatedGateway::comeToRest);
            Catalog.CatalogTotals totals = catalog.totals();
            boolean erasing = !catalog.catalogs().erasures().open(0, 1).isEmpty();
            if (!erasing && totals.unsettledSessions() == 0 && totals.doomedObjects() == 0) {
                return;
            }
        }
        List<?> open = catalog.catalogs().erasures().open(0, 1).stream()
                .map(one -> catalog.catalogs().erasures().outstanding(one.id()))
                .toList();
        throw new AssertionError("not all is settled, swept and erased: " + catalog.totals() + ", " + open);
    }

    void check() {
        probe.check();
        workload.sessions().forEach(this::look);
        StoreInvariants.assertObjectsAreThoseReferredTo(catalog, objects, workload.sessions());
        gateways.forEach(SimulatedGateway::assertNothingHeld);
        try (StoredSessions reader = new StoredSessions(catalog, objects, () -> 0, new SimpleMeterRegistry())) {
            for (SessionKey session : workload.sessions()) {
                String text = catalog.layout(session).isEmpty()
                        ? ""
                        : Answers.text(Answers.get(reader.events(session, null, null, null)));
                List<Chunk> must = isGone(session) ? List.of() : workload.acked(session);
                StoreInvariants.assertReplay(text, must, isGone(session) ? List.of() : workload.sent(session));
            }
        }
        for (SessionKey session : erased) {
            StoreInvariants.assertNoObjectHolds(objects, session);
            assertThat(gateways).as("gateways with a rest of %s", session).noneMatch(one -> one.journalNames(session));
        }
        for (SessionKey session : workload.sessions()) {
            catalog.layout(session).ifPresent(StoreInvariants::assertSettledInOrder);
        }
    }
}
