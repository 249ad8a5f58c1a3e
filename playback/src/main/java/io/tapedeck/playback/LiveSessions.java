package io.tapedeck.playback;

import io.tapedeck.store.Manifest;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionProgress;
import io.tapedeck.store.SessionReader;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that somebody follows in this process, whoever records them. Thread-safe: state changes on one context only.
 *
 * <p>The truth is the rev in the catalog, so that it does not matter which process took the chunks:
 *
 * <pre>
 *   poll (one question for all followed sessions)
 *     ├─ not there ───────────► end: gone
 *     ├─ settled ─────────────► end: settled
 *     └─ another rev ─► read the manifest (once) ─► what was added ─► all viewers
 * </pre>
 *
 * <p>A poll begins a while after the one before has ended, so that at most one is under way; while the catalog is away the
 * pauses grow, and the viewers are told. With no viewer nothing is asked.
 */
final class LiveSessions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSessions.class);

    /** Frames of manifests remembered, of all sessions together: some 60 MB. Beyond it viewers are told revs only. */
    private static final int FRAMES_MAX = 300_000;
    /** Longer changes are told as a rev: the manifest is fetched, packed. */
    private static final int EVENT_BYTES_MAX = 64 * 1024;

    private final SessionReader reader;
    private final Vertx vertx;
    private final Workers workers;
    private final LiveSettings settings;
    private final LiveMeters meters;
    private final Context context;
    /** Changed on the context only. */
    private final Map<SessionKey, FollowedSession> followed = new ConcurrentHashMap<>();

    private boolean polling;
    private int failedPolls;
    /** Whether the last poll has failed. */
    private volatile boolean away;

    private volatile boolean closed;
    private volatile int frames;

    LiveSessions(SessionReader reader, Vertx vertx, Workers workers, LiveSettings settings, LiveMeters meters) {
        this.reader = reader;
        this.vertx = vertx;
        this.workers = workers;
        this.settings = settings;
        this.meters = meters;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
    }

    int sessions() {
        return followed.size();
    }

    int frames() {
        return frames;
    }

    /** How far a session is, at most a poll ago. Fails with NOT_FOUND, or as the catalog does. */
    Future<SessionProgress> progress(SessionKey key) {
        if (closed) {
            return Future.failedFuture(new StoreException(StoreErrorKind.UNAVAILABLE, "this process is stopping"));
        }
        FollowedSession known = followed.get(key);
        if (known != null && !away) {
            return Future.succeededFuture(new SessionProgress(known.rev(), false));
        }
        return SessionEndpoints.ask(vertx, () -> reader.progress(List.of(key))).map(found -> {
            if (!found.containsKey(key)) {
                throw new StoreException(StoreErrorKind.NOT_FOUND, "there is no such session");
            }
            return found.get(key);
        });
    }

    /** Tells the viewer of everything after {@code rev}, until it leaves. */
    void join(SessionKey key, long rev, LiveViewer viewer) {
        context.runOnContext(v -> {
            if (closed) {
                viewer.end(LiveEnd.CLOSING, rev);
                return;
            }
            FollowedSession session = followed.computeIfAbsent(key, absent -> new FollowedSession(key, rev));
            session.viewers.add(viewer);
            viewer.change(session.rev(), LiveViewer.NOWHERE, null);
            if (away) {
                viewer.tell(LiveEvent.AWAY);
            }
            if (session.viewers.size() == 1) {
                read(session);
            }
            schedule();
        });
    }

    void leave(SessionKey key, LiveViewer viewer) {
        context.runOnContext(v -> {
            FollowedSession session = followed.get(key);
            if (session != null && session.viewers.remove(viewer) && session.viewers.isEmpty()) {
                followed.remove(key);
                noteFrames();
            }
        });
    }

    private void schedule() {
        if (polling || closed || followed.isEmpty()) {
            return;
        }
        polling = true;
        vertx.setTimer(pauseMs(), timer -> poll());
    }

    private long pauseMs() {
        if (failedPolls == 0) {
            return settings.pollMs();
        }
        long longest = Math.min(settings.pollMsMax(), settings.pollMs() << Math.min(failedPolls, 20));
        return ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
    }

    private void poll() {
        List<SessionKey> keys = List.copyOf(followed.keySet());
        if (keys.isEmpty() || closed) {
            polling = false;
            return;
        }
        SessionEndpoints.ask(vertx, () -> reader.progress(keys)).onComplete(asked -> {
            polling = false;
            meters.polled(asked.succeeded());
            if (asked.succeeded()) {
                pollAnswered();
                keys.forEach(key -> found(key, asked.result().get(key)));
            } else {
                pollFailed(asked.cause());
            }
            schedule();
        });
    }

    private void pollAnswered() {
        failedPolls = 0;
        if (away) {
            away = false;
            tellAll(LiveEvent.BACK);
        }
    }

    private void pollFailed(Throwable failure) {
        failedPolls++;
        if (!away) {
            away = true;
            LOG.warn("The catalog does not say how far followed sessions are; asking again: {}", failure.toString());
            tellAll(LiveEvent.AWAY);
        }
    }

    private void found(SessionKey key, SessionProgress progress) {
        FollowedSession session = followed.get(key);
        if (session == null) {
            return;
        }
        if (progress == null) {
            end(session, LiveEnd.GONE, session.rev());
        } else if (progress.settled()) {
            end(session, LiveEnd.SETTLED, progress.rev());
        } else if (session.wantsReading(progress.rev())) {
            read(session);
        }
    }

    private void end(FollowedSession session, LiveEnd end, long rev) {
        followed.remove(session.key);
        noteFrames();
        List.copyOf(session.viewers).forEach(viewer -> viewer.end(end, rev));
    }

    private void read(FollowedSession session) {
        session.readingBegins();
        long beganNs = System.nanoTime();
        Manifest before = session.manifest();
        SessionEndpoints.ask(vertx, () -> reader.manifest(session.key))
                .compose(manifest -> workers.run(() -> Reading.of(before, manifest)))
                .onComplete(read -> meters.read(read.succeeded(), System.nanoTime() - beganNs))
                .onSuccess(reading -> publish(session, reading))
                .onFailure(failure -> {
                    session.readingFailed();
                    LOG.debug("a followed session's manifest could not be read: {}", failure.toString());
                });
    }

    private void publish(FollowedSession session, Reading reading) {
        if (followed.get(session.key) != session) {
            return;
        }
        long before = session.rev();
        int framesThen =
                frames - session.framesKept() + reading.manifest.frames().size();
        session.readingSucceeded(reading.manifest, framesThen <= FRAMES_MAX);
        noteFrames();
        if (session.rev() != before) {
            meters.changed(reading.since != LiveViewer.NOWHERE);
            session.viewers.forEach(viewer -> viewer.change(session.rev(), reading.since, reading.event));
        }
    }

    /**
     * A manifest that was read, and what to tell of it.
     *
     * @param since where viewers are that {@code event} is for; {@link LiveViewer#NOWHERE} if there is none
     */
    private record Reading(Manifest manifest, long since, LiveEvent event) {
        static Reading of(Manifest before, Manifest manifest) {
            LiveChange change = LiveChange.between(before, manifest);
            LiveEvent event = change.since() == null ? null : LiveEvent.of(change);
            return event == null || event.length() > EVENT_BYTES_MAX
                    ? new Reading(manifest, LiveViewer.NOWHERE, null)
                    : new Reading(manifest, change.since(), event);
        }
    }

    private void tellAll(LiveEvent event) {
        followed.values().forEach(session -> session.viewers.forEach(viewer -> viewer.tell(event)));
    }

    private void noteFrames() {
        frames =
                followed.values().stream().mapToInt(FollowedSession::framesKept).sum();
    }

    /** Ends all streams, and every one that is begun later, so that their clients go elsewhere. */
    @Override
    public void close() {
        closed = true;
        context.runOnContext(v ->
                new ArrayList<>(followed.values()).forEach(session -> end(session, LiveEnd.CLOSING, session.rev())));
    }
}
