package io.tapedeck.store.upkeep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.AdoptionCatalog.Tombstone;
import io.tapedeck.store.Calls;
import io.tapedeck.store.Catalogs;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.ErasureCatalog.Covered;
import io.tapedeck.store.ErasureCatalog.ErasedObject;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.OpenErasures;
import io.tapedeck.store.ErasureCatalog.Outstanding;
import io.tapedeck.store.ErasureCatalog.SubjectKind;
import io.tapedeck.store.NoteCatalog;
import io.tapedeck.store.ObjectFolders;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.UserDigest;
import io.tapedeck.store.ViewCatalog;
import io.tapedeck.store.WrappedKeyCatalog;
import io.tapedeck.store.meta.TombstoneFiles;
import io.tapedeck.store.object.WrappedKeyRing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives erasures from their request to their certificate. Used by one thread; any number of erasers may share a catalog.
 *
 * <p>Each step may be repeated, and follows from what the catalog and the object store say, so that a crash after any of
 * them changes nothing but the time it takes:
 *
 * <pre>
 *   tombstone of the subject into meta/     from here on the erasure outlives the catalog
 *   for the next sessions, until none or another erasure's turn:
 *       their tombstones into meta/
 *       their keys destroyed                encrypted copies elsewhere are unreadable from here on
 *       recordings that nobody knows of     listed by their keys, deleted; a project's all together at the end
 *       erase in the catalog                rows gone, objects doomed or to be rewritten
 *   wait: sweeper, compactor and nodes      intents whose writers are gone are given up
 *   notes and views left behind deleted     by processes that do not know them and took sessions out
 *   the catalog's log emptied               or a later round
 *   certificate into meta/, then final
 * </pre>
 */
final class Eraser {
    private static final Logger LOG = LoggerFactory.getLogger(Eraser.class);
    private static final int ERASURES_AT_ONCE = 100;

    private static final int SESSIONS_AT_ONCE = 100;
    /** After so long others have their turn: a project's million sessions take hours. */
    private static final long TURN_MS = 10_000;

    private static final int PAGE = 1_000;
    /** So many sessions and objects are listed in the certificate itself; further objects in lists of as many. */
    private static final int LISTED_MAX = 10_000;

    private final ErasureCatalog erasures;
    private final WrappedKeyCatalog keys;
    private final NoteCatalog notes;
    private final ViewCatalog views;
    private final ObjectStore objectStore;
    private final TombstoneFiles tombstones;
    private final StrayRecordings strays;
    private final UpkeepSettings settings;
    private final Clock clock;
    private final Counter finished;
    private final Counter failed;
    /** Number of the erasure that had its turn last. */
    private long driven;

    private volatile OpenErasures open = new OpenErasures(0, 0);

    Eraser(Catalogs catalogs, ObjectStore objectStore, UpkeepSettings settings, MeterRegistry meters, Clock clock) {
        this.erasures = catalogs.erasures();
        this.keys = catalogs.wrappedKeys();
        this.notes = catalogs.notes();
        this.views = catalogs.views();
        this.objectStore = objectStore;
        this.tombstones = new TombstoneFiles(objectStore);
        this.strays = new StrayRecordings(erasures, objectStore, clock);
        this.settings = settings;
        this.clock = clock;
        this.finished = Counter.builder("tapedeck.erasure.finished")
                .description("erasures that became final")
                .register(meters);
        this.failed = Counter.builder("tapedeck.erasure.failed")
                .description("rounds of one erasure that failed, to be tried again")
                .register(meters);
        Gauge.builder("tapedeck.erasure.open", this, eraser -> eraser.open.count())
                .description("erasures that are not final")
                .register(meters);
        Gauge.builder("tapedeck.erasure.oldest.age", this, Eraser::oldestAgeSeconds)
                .description("how long ago the oldest erasure that is not final was requested")
                .baseUnit("seconds")
                .register(meters);
    }

    private double oldestAgeSeconds() {
        OpenErasures now = open;
        return now.count() == 0 ? 0 : (double) TimeUnit.MILLISECONDS.toSeconds(clock.millis() - now.oldestAt());
    }

    /**
     * Takes every erasure as far as it gets in its turn.
     *
     * @return how many became final
     */
    int eraseAll() throws InterruptedException {
        List<Erasure> out = new ArrayList<>();
        for (Erasure erasure : turns()) {
            driven = erasure.number();
            if (guarded(erasure, this::drive)) {
                out.add(erasure);
            }
        }
        int done = 0;
        // Once for all of them: it looks through whole tables.
        if (!out.isEmpty() && guarded(out.get(0), first -> deleteLeftBehind())) {
            for (Erasure erasure : out) {
                done += guarded(erasure, this::finish) ? 1 : 0;
            }
        }
        for (Erasure erasure : erasures.late(ERASURES_AT_ONCE)) {
            guarded(erasure, late -> {
                takeOut(late);
                return false;
            });
        }
        open = erasures.countOpen();
        return done;
    }

    /** Those after the one that was last, and on from the first: erasures that have to wait do not keep others waiting. */
    private List<Erasure> turns() {
        List<Erasure> turns = new ArrayList<>(erasures.open(driven, ERASURES_AT_ONCE));
        if (driven > 0 && turns.size() < ERASURES_AT_ONCE) {
            erasures.open(0, ERASURES_AT_ONCE - turns.size()).stream()
                    .filter(erasure -> erasure.number() <= driven)
                    .forEach(turns::add);
        }
        return turns;
    }

    private interface Work {
        boolean run(Erasure erasure) throws InterruptedException;
    }

    /** One erasure that cannot go on does not stop the others. */
    private boolean guarded(Erasure erasure, Work work) throws InterruptedException {
        try {
            return work.run(erasure);
        } catch (StoreException e) {
            failed.increment();
            LOG.warn("the erasure {} does not get on; the next round tries again", erasure.id(), e);
            return false;
        }
    }

    /** Whether all of its sessions are out, with what was stored of them. */
    private boolean drive(Erasure erasure) throws InterruptedException {
        bury(erasure);
        takeOut(erasure);
        Outstanding outstanding = erasures.outstanding(erasure.id());
        if (outstanding.intents() > 0) {
            long now = clock.millis();
            erasures.giveUpIntents(erasure.id(), now - settings.leaseMs(), now);
        }
        if (!outstanding.isNothing()) {
            return false;
        }
        if (erasure.subject().kind() == SubjectKind.PROJECT) {
            strays.deleteAll(erasure);
        }
        destroyKeysAgain(erasure);
        return true;
    }

    /** Whether it is final. */
    private boolean finish(Erasure erasure) throws InterruptedException {
        if (!erasures.emptyLog()) {
            return false;
        }
        certify(erasure);
        return true;
    }

    private void bury(Erasure erasure) throws InterruptedException {
        String project = erasure.subject().project();
        String name = switch (erasure.subject().kind()) {
            case SESSION -> erasure.subject().name();
            case USER -> UserDigest.of(project, erasure.subject().name());
            case PROJECT -> "";
        };
        tombstones.write(new Tombstone(
                erasure.subject().kind(), project, name, erasure.requested().at(), erasure.number()));
    }

    private void takeOut(Erasure erasure) throws InterruptedException {
        boolean encrypted = hasKeys();
        boolean isProject = erasure.subject().kind() == SubjectKind.PROJECT;
        long turnEndsAt = clock.millis() + TURN_MS;
        List<Covered> batch = next(erasure);
        while (!batch.isEmpty()) {
            List<SessionKey> sessions = batch.stream().map(Covered::session).toList();
            if (!isProject) {
                for (SessionKey session : sessions) {
                    tombstones.write(new Tombstone(
                            SubjectKind.SESSION,
                            session.project(),
                            session.session(),
                            erasure.requested().at(),
                            erasure.number()));
                }
            }
            if (encrypted) {
                keys.destroyKeys(sessions);
                deleteKeyFiles(sessions);
            }
            if (!isProject) {
                for (Covered covered : batch) {
                    strays.delete(erasure, covered);
                }
            }
            erasures.erase(erasure.id(), sessions, clock.millis());
            batch = clock.millis() < turnEndsAt ? next(erasure) : List.of();
        }
    }

    private List<Covered> next(Erasure erasure) {
        return erasures.covered(erasure.id(), SESSIONS_AT_ONCE, clock.millis());
    }

    private void deleteKeyFiles(List<SessionKey> sessions) throws InterruptedException {
        for (SessionKey session : sessions) {
            Calls.await(objectStore.delete(WrappedKeyRing.objectKey(session)));
        }
    }

    /** Whether there are keys in either place: after a crash, a session's may be left in one of them. */
    private boolean hasKeys() throws InterruptedException {
        return keys.isUsed()
                || !Calls.await(objectStore.list(ObjectFolders.KEYS, null, 1)).isEmpty();
    }

    /** A settler that was at work when the keys were destroyed may have put one back; now there is none at work any more. */
    private void destroyKeysAgain(Erasure erasure) throws InterruptedException {
        if (!hasKeys()) {
            return;
        }
        if (erasure.subject().kind() == SubjectKind.PROJECT) {
            strays.deleteKeys(erasure.subject().project());
            return;
        }
        SessionKey after = null;
        List<SessionKey> page;
        do {
            page = erasures.sessions(erasure.id(), after, PAGE);
            deleteKeyFiles(page);
            after = page.isEmpty() ? null : page.get(page.size() - 1);
        } while (page.size() == PAGE);
    }

    /**
     * While processes are being replaced, one of the release before may have taken a session out and left what is known
     * about it in tables that are new. All its sessions are out by now, so that no more comes.
     */
    private boolean deleteLeftBehind() {
        notes.deleteLeftBehind();
        views.deleteLeftBehind();
        return true;
    }

    private void certify(Erasure asItWas) throws InterruptedException {
        Erasure erasure = erasures.erasure(asItWas.id()).orElseThrow();
        if (erasure.finalAt() != null) { // another eraser was faster
            return;
        }
        long now = clock.millis();
        ErasureCertificate certificate = new ErasureCertificate(erasure, now);
        erasures.sessions(erasure.id(), null, LISTED_MAX).forEach(certificate::addSession);
        listObjects(erasure, certificate);
        String key = ObjectFolders.ERASURES + erasure.id() + ".json";
        String text = putOnce(key, certificate.finish(erasures.nodes()));
        erasures.finish(erasure.id(), text, now);
        finished.increment();
        LOG.info("the erasure {} is final", erasure.id());
        // Until then its row had the user's id; later commits empty the log if a reader keeps this from doing so.
        erasures.emptyLog();
    }

    private void listObjects(Erasure erasure, ErasureCertificate certificate) throws InterruptedException {
        List<ErasedObject> some = new ArrayList<>();
        int lists = 0;
        String after = null;
        List<ErasedObject> page;
        do {
            page = erasures.objects(erasure.id(), after, PAGE);
            some.addAll(page);
            after = page.isEmpty() ? null : page.get(page.size() - 1).key();
            if (some.size() >= LISTED_MAX || page.size() < PAGE) {
                if (lists == 0) {
                    certificate.addObjects(some);
                } else if (!some.isEmpty()) {
                    String key = ObjectFolders.ERASURES + erasure.id() + "-objects-" + lists + ".json";
                    certificate.addList(key, putOnce(key, ErasureCertificate.list(some)), some);
                }
                lists++;
                some = new ArrayList<>();
            }
        } while (page.size() == PAGE);
    }

    /** Puts a text unless there is one already, which was put before a crash: then that one counts. */
    private String putOnce(String key, String text) throws InterruptedException {
        try {
            Calls.await(objectStore.put(key, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
            return text;
        } catch (StoreException e) {
            if (e.kind() != StoreErrorKind.CONFLICT) {
                throw e;
            }
        }
        long bytes = Calls.await(objectStore.size(key));
        ByteBuffer there = Calls.await(objectStore.get(key, 0, Math.toIntExact(bytes)));
        return StandardCharsets.UTF_8.decode(there).toString();
    }
}
