package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tapedeck.loadtest.Manifest.Frame;
import io.tapedeck.loadtest.PlaybackCounts.Question;
import io.tapedeck.loadtest.ViewerRequest.Answer;
import io.tapedeck.loadtest.ViewerRequest.NotThere;
import io.tapedeck.loadtest.ViewerRequest.StaleRev;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Somebody follows one session while it is recorded, as the web app does: the rules are those of its {@code liveFeed.ts}.
 * Confined to its viewer's thread.
 *
 * <pre>
 *   manifest ─► stream from its rev ─► change ─┬─ what was added ───► grow ─┬─► read the frames that are new
 *      ▲                                       └─ the rev alone ─► fetch ───┘
 *      └── a pause ◄── the stream broke, or the session was settled and may go on
 * </pre>
 */
final class LiveVisit implements LiveStream.Listener {
    private static final int NOT_YET_MS = 250;
    private static final int AGAIN_MS = 1_000;
    private static final int AGAIN_MS_MAX = 30_000;
    private static final int STALE_WAIT_MS = 250;
    /** A stream that lasted so long was a good one: the next break begins with short waits again. */
    private static final long GOOD_AFTER_NANOS = 10_000_000_000L;

    private static final int JSON_BYTES = 64 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Viewer viewer;
    private final PlayedSession played;
    private final LivePicture picture;
    /** By id of a frame that is not read: when the stream told of it. */
    private final Map<String, Long> told = new HashMap<>();

    private Manifest manifest;
    private LiveStream stream;
    /** When the first stream was opened; chunks sent before are not timed. */
    private long followedSinceNanos = Long.MAX_VALUE;

    private boolean open;
    private long openedNanos;
    private int failures;
    private boolean gone;
    private boolean fetching;
    private boolean fetchAgain;
    private boolean reading;
    private boolean ended;
    private long overSinceNanos;

    /** Who follows. */
    interface Viewer {
        PlaybackCounts counts();

        LiveCounts live();

        ViewerLine line();

        Random random();

        <T> Future<Answer<T>> ask(
                Question question, String path, long bytes, long dueNanos, ViewerRequest.Reader<T> reader);

        /** About as large as the answer with these frames will be. */
        long bytes(List<Frame> frames);

        /** Runs what takes time on another thread; completes on the viewer's. */
        <T> Future<T> work(Supplier<T> work);

        void after(long delayMs, Runnable work);
    }

    LiveVisit(Viewer viewer, PlayedSession played) {
        this.viewer = viewer;
        this.played = played;
        this.picture = new LivePicture(played, viewer.live());
    }

    PlayedSession played() {
        return played;
    }

    /** Looks until the session is there, and then follows it. */
    void begin() {
        reconnect();
    }

    /**
     * Ends once the session is over and all that was acked of it was seen, or that takes too long.
     *
     * @param over whether nothing more will be sent
     * @return whether it has ended
     */
    boolean endIfComplete(boolean over, long visibleWithinNanos) {
        if (!ended && over) {
            long now = System.nanoTime();
            overSinceNanos = overSinceNanos == 0 ? now : overSinceNanos;
            boolean caughtUp = !reading && !fetching && picture.hasAllAcked();
            if (caughtUp || now - overSinceNanos > visibleWithinNanos) {
                end();
            }
        }
        return ended;
    }

    private void end() {
        ended = true;
        closeStream();
        picture.end(followedSinceNanos);
    }

    private void closeStream() {
        if (stream != null) {
            stream.close();
            stream = null;
        }
        open = false;
    }

    /** Fetches the manifest and opens the stream of what follows it; looks again later if there is nothing to follow. */
    private void reconnect() {
        fetch(System.nanoTime())
                .onSuccess(fetched -> {
                    if (ended) {
                        return;
                    }
                    if (manifest.settled()) {
                        later(AGAIN_MS, this::reconnect);
                    } else {
                        stream = LiveStream.open(
                                viewer.line(), "/" + played.id() + "/live?since=" + manifest.rev(), this);
                    }
                })
                .onFailure(failure -> later(failure instanceof NotThere ? NOT_YET_MS : AGAIN_MS, this::reconnect));
    }

    private void later(long delayMs, Runnable work) {
        viewer.after(delayMs, () -> {
            if (!ended) {
                work.run();
            }
        });
    }

    @Override
    public void opened() {
        open = true;
        openedNanos = System.nanoTime();
        followedSinceNanos = Math.min(followedSinceNanos, openedNanos);
        viewer.live().opened();
    }

    @Override
    public void heard(String name, String data) {
        viewer.live().heard(name);
        try {
            if (name.equals("change")) {
                change(JSON.readTree(data), System.nanoTime());
            } else if (name.equals("end")) {
                ended(JSON.readTree(data).path("reason").asText());
            }
        } catch (IOException e) {
            viewer.counts().damaged(played.id() + ": an event of the live stream is not JSON");
        }
    }

    private void change(JsonNode change, long atNanos) {
        boolean tells = change.path("grown").isObject();
        if (tells) {
            viewer.live().grown();
        }
        if (change.path("rev").asLong() == manifest.rev()) {
            return;
        }
        if (tells && !fetching && change.path("since").asLong(-1) == manifest.rev()) {
            manifest = manifest.grownBy(Manifest.of(change.path("grown")));
            picture.grow(manifest);
            tell(atNanos);
            read();
        } else {
            fetch(atNanos);
        }
    }

    private void ended(String reason) {
        closeStream();
        if (!reason.equals("settled")) {
            viewer.live().error(reason);
        }
        // A session that is settled may go on, if its recorder was away for longer than the server waits.
        later(AGAIN_MS, this::reconnect);
    }

    @Override
    public void refused(HttpClientResponse answer) {
        stream = null;
        int status = answer.statusCode();
        long askedMs = RetryAfter.millis(answer);
        if (status != 204) { // which says that the session was settled meanwhile
            viewer.live().error(Integer.toString(status));
            if (askedMs == 0 && (status == 429 || status == 503)) {
                viewer.live().refusedWithoutATime();
            }
        }
        later(Math.max(askedMs, AGAIN_MS), this::reconnect);
    }

    @Override
    public void lost(String kind) {
        stream = null;
        if (open) {
            viewer.live().disconnected();
        }
        if (!kind.equals("closed")) {
            viewer.live().error(kind);
        }
        failures = open && System.nanoTime() - openedNanos >= GOOD_AFTER_NANOS ? 0 : failures;
        open = false;
        long waitMs = Math.min(AGAIN_MS_MAX, (long) AGAIN_MS << Math.min(failures++, 5));
        later((long) (waitMs * (0.5 + viewer.random().nextDouble() / 2)), this::reconnect);
    }

    /** Fetches the manifest and takes it over; one at a time, and once more if it is asked for meanwhile. */
    private Future<Manifest> fetch(long toldNanos) {
        if (fetching) {
            fetchAgain = true;
            return Future.failedFuture("is being fetched");
        }
        fetching = true;
        fetchAgain = false;
        return viewer.ask(Question.LIVE_MANIFEST, "/" + played.id(), JSON_BYTES, System.nanoTime(), this::parse)
                .map(answer -> Manifest.of(answer.content()))
                .onSuccess(fetched -> took(fetched, toldNanos))
                .onComplete(fetched -> {
                    fetching = false;
                    if (ended) {
                        return;
                    }
                    boolean failed = fetched.failed() && !(fetched.cause() instanceof NotThere);
                    if (fetchAgain || (failed && open)) {
                        later(fetchAgain ? 1 : AGAIN_MS, () -> fetch(toldNanos));
                    }
                    if (fetched.cause() instanceof NotThere && manifest != null && !gone) {
                        gone = true;
                        viewer.live().error("gone");
                    }
                });
    }

    private void took(Manifest fetched, long toldNanos) {
        if (!ended && (manifest == null || fetched.rev() > manifest.rev())) {
            manifest = fetched;
            picture.replace(manifest);
            tell(toldNanos);
            read();
        }
    }

    private Future<JsonNode> parse(String coding, Buffer body) {
        try (InputStream content = Content.decoded(coding, body.getBytes())) {
            return Future.succeededFuture(JSON.readTree(content));
        } catch (IOException e) {
            viewer.counts().damaged(Question.LIVE_MANIFEST + ": " + e.getMessage());
            return Future.failedFuture(e);
        }
    }

    private void tell(long atNanos) {
        if (followedSinceNanos != Long.MAX_VALUE) {
            picture.wanted().forEach(frame -> told.putIfAbsent(frame.id(), atNanos));
        }
    }

    /** Reads what is listed and not here, one request after the other. */
    private void read() {
        List<List<Frame>> plan = FramePlan.requests(picture.wanted());
        if (reading || ended || plan.isEmpty()) {
            return;
        }
        reading = true;
        List<Frame> frames = plan.get(0);
        String ids = frames.stream().map(Frame::id).collect(Collectors.joining(","));
        viewer.ask(
                        Question.LIVE_EVENTS,
                        "/" + played.id() + "/events?rev=" + manifest.rev() + "&frames=" + ids,
                        viewer.bytes(frames),
                        System.nanoTime(),
                        (coding, body) -> {
                            long atNanos = System.nanoTime();
                            return viewer.work(() -> identities(frames, coding, body.getBytes()))
                                    .onSuccess(read -> took(frames, read, atNanos));
                        })
                .onComplete(answered -> {
                    reading = false;
                    if (ended) {
                        return;
                    }
                    if (answered.cause() instanceof StaleRev) {
                        later(STALE_WAIT_MS, () -> fetch(System.nanoTime()));
                    } else if (answered.failed() || answered.result().content().isEmpty()) {
                        later(AGAIN_MS, this::read);
                    } else {
                        read();
                    }
                });
    }

    /** By frame; none if the answer is not what the manifest says, which is counted. */
    private Map<String, long[]> identities(List<Frame> frames, String coding, byte[] body) {
        Map<String, List<Long>> read = new HashMap<>();
        frames.forEach(frame -> read.put(frame.id(), new ArrayList<>(frame.events())));
        Optional<String> wrong = FrameCheck.wrong(
                frames,
                coding,
                body,
                (frame, line) -> read.get(frame.id()).add(Meaning.of(line).identity()));
        if (wrong.isPresent()) {
            viewer.counts().damaged(played.id() + ": " + wrong.get());
            return Map.of();
        }
        return read.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        of -> of.getValue().stream().mapToLong(Long::longValue).toArray()));
    }

    private void took(List<Frame> frames, Map<String, long[]> read, long atNanos) {
        if (ended || read.isEmpty()) {
            return;
        }
        for (Frame frame : frames) {
            if (picture.take(frame, read.get(frame.id()), atNanos)) {
                viewer.counts().frames.increment();
                viewer.counts().lines.add(frame.events());
                Long toldNanos = told.remove(frame.id());
                if (toldNanos != null) {
                    viewer.live().readAfter((atNanos - toldNanos) / 1_000);
                }
            }
        }
    }
}
