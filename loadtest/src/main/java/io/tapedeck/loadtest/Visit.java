package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tapedeck.loadtest.Manifest.Frame;
import io.tapedeck.loadtest.PlaybackCounts.Question;
import io.tapedeck.loadtest.ViewerRequest.Answer;
import io.tapedeck.loadtest.ViewerRequest.NotThere;
import io.tapedeck.loadtest.ViewerRequest.StaleRev;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Somebody looks for a session and watches parts of it. Each step is due at its time, whether or not those before it were
 * answered; one that builds on an answer which is not there yet is taken when it comes, and its latency counts from when it
 * was due. Confined to its viewer's thread.
 */
final class Visit {
    /** From one visit to the viewer's next, on average. */
    static final int LENGTH_MS = 20_000;

    private static final int NEXT_PAGE_MS = 1_500;
    private static final int NEXT_PAGE_ONE_IN = 3;
    private static final int FILTER_MS = 3_000;
    private static final int OPEN_MS = 5_000;
    private static final int[] SEEK_MS = {8_000, 11_000, 14_000, 17_000};
    private static final int JSON_BYTES = 64 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Viewer viewer;
    private final SessionFilters filters;
    private final long startNanos = System.nanoTime();
    private final List<String> found = new ArrayList<>();
    private final Promise<Void> opened = Promise.promise();
    private Manifest manifest;

    /** Who visits. */
    interface Viewer {
        PlaybackCounts counts();

        Random random();

        /** Does something when the visit has lasted {@code afterMs}, at the viewer's own speed; not if it is stopping. */
        void at(long startNanos, int afterMs, DueStep step);

        <T> Future<Answer<T>> ask(
                Question question, String path, long bytes, long dueNanos, ViewerRequest.Reader<T> reader);

        /** About as large as the answer with these frames will be. */
        long bytes(List<Frame> frames);

        /** Runs what takes time on another thread; completes on the viewer's. */
        <T> Future<T> work(Supplier<T> work);
    }

    /** Something to do at a moment, which it is told. */
    interface DueStep {
        void take(long dueNanos);
    }

    Visit(Viewer viewer, SessionFilters filters) {
        this.viewer = viewer;
        this.filters = filters;
    }

    void begin() {
        Future<JsonNode> listed = list(Question.LIST, "", startNanos);
        if (viewer.random().nextInt(NEXT_PAGE_ONE_IN) == 0) {
            viewer.at(startNanos, NEXT_PAGE_MS, due -> listed.onSuccess(page -> nextPage(page, due)));
        }
        viewer.at(startNanos, FILTER_MS, due -> list(Question.FILTER, "&" + filters.any(viewer.random()), due));
        viewer.at(
                startNanos, OPEN_MS, due -> listed.onSuccess(page -> open(due)).onFailure(none -> skip()));
        for (int seekMs : SEEK_MS) {
            viewer.at(
                    startNanos,
                    seekMs,
                    due -> opened.future().onSuccess(done -> seek(due)).onFailure(none -> skip()));
        }
    }

    private void skip() {
        viewer.counts().skipped.increment();
    }

    private void nextPage(JsonNode page, long dueNanos) {
        String cursor = page.path("nextCursor").asText("");
        if (!cursor.isEmpty() && !page.path("nextCursor").isNull()) {
            list(Question.NEXT_PAGE, "&cursor=" + SessionFilters.encode(cursor), dueNanos);
        }
    }

    private Future<JsonNode> list(Question question, String query, long dueNanos) {
        return json(question, "?limit=50" + query, dueNanos)
                .onSuccess(page -> page.path("sessions")
                        .forEach(session -> found.add(session.path("id").asText())));
    }

    private void open(long dueNanos) {
        if (found.isEmpty()) {
            opened.fail("nothing was found");
            skip();
            return;
        }
        String session = found.get(viewer.random().nextInt(found.size()));
        fetchManifest(session, dueNanos).onFailure(opened::tryFail).onSuccess(fetched -> {
            json(Question.MARKERS, "/" + session + "/markers", System.nanoTime())
                    .onFailure(failure -> noteIfNotThere(session, failure));
            whole(() -> openingPlan(), Question.OPENING, dueNanos)
                    .onSuccess(first -> first.ifPresent(nanos -> viewer.counts().opened((nanos - dueNanos) / 1_000)));
            opened.complete();
        });
    }

    private Future<Manifest> fetchManifest(String session, long dueNanos) {
        return json(Question.MANIFEST, "/" + session, dueNanos)
                .onFailure(failure -> noteIfNotThere(session, failure))
                .map(Manifest::of)
                .onSuccess(fetched -> manifest = fetched);
    }

    private List<List<Frame>> openingPlan() {
        return manifest.windows().stream()
                .sorted(Comparator.comparingLong(Manifest.Window::firstAt))
                .flatMap(window -> FramePlan.requests(FramePlan.opening(window.frames(), window.firstAt())).stream())
                .toList();
    }

    private void seek(long dueNanos) {
        if (manifest.windows().isEmpty()) {
            skip();
            return;
        }
        double place = viewer.random().nextDouble();
        int number = viewer.random().nextInt(manifest.windows().size());
        whole(() -> seekPlan(number, place), Question.SEEK, dueNanos);
    }

    private List<List<Frame>> seekPlan(int number, double place) {
        Manifest.Window window =
                manifest.windows().get(number % manifest.windows().size());
        long instant = window.firstAt() + (long) (place * (window.lastAt() - window.firstAt()));
        return FramePlan.requests(FramePlan.needed(window.frames(), instant));
    }

    /**
     * Reads a plan to its end; if the session changes meanwhile, once more with a new manifest.
     *
     * @return when its first byte came, if it has any
     */
    private Future<Optional<Long>> whole(Supplier<List<List<Frame>>> plan, Question question, long dueNanos) {
        return read(plan.get(), 0, question, dueNanos)
                .recover(failure -> failure instanceof StaleRev
                        ? fetchManifest(manifest.session(), System.nanoTime())
                                .compose(fetched -> read(plan.get(), 0, question, System.nanoTime()))
                        : Future.failedFuture(failure))
                .onFailure(failure -> skip());
    }

    /** One request after the other, as the player does. */
    private Future<Optional<Long>> read(List<List<Frame>> plan, int index, Question question, long dueNanos) {
        if (index == plan.size()) {
            return Future.succeededFuture(Optional.empty());
        }
        return events(plan.get(index), question, dueNanos)
                .compose(firstByteNanos ->
                        read(plan, index + 1, question, System.nanoTime()).map(rest -> Optional.of(firstByteNanos)));
    }

    private Future<Long> events(List<Frame> frames, Question question, long dueNanos) {
        String session = manifest.session();
        String ids = frames.stream().map(Frame::id).collect(Collectors.joining(","));
        String path = "/" + session + "/events?rev=" + manifest.rev() + "&frames=" + ids;
        return viewer.ask(
                        question,
                        path,
                        viewer.bytes(frames),
                        dueNanos,
                        (coding, body) -> viewer.work(() -> {
                            Optional<String> wrong = FrameCheck.wrong(frames, coding, body.getBytes());
                            wrong.ifPresent(what -> viewer.counts().damaged(session + ": " + what));
                            if (wrong.isEmpty()) {
                                viewer.counts().frames.add(frames.size());
                                viewer.counts()
                                        .lines
                                        .add(frames.stream()
                                                .mapToLong(Frame::events)
                                                .sum());
                            }
                            return null;
                        }))
                .onFailure(failure -> noteIfNotThere(session, failure))
                .map(Answer::firstByteNanos);
    }

    private void noteIfNotThere(String session, Throwable failure) {
        if (failure instanceof NotThere) {
            viewer.counts().notThere(session);
        }
    }

    private Future<JsonNode> json(Question question, String path, long dueNanos) {
        return viewer.ask(question, path, JSON_BYTES, dueNanos, (coding, body) -> {
                    try (InputStream content = Content.decoded(coding, body.getBytes())) {
                        return Future.succeededFuture(JSON.readTree(content));
                    } catch (IOException e) {
                        viewer.counts().damaged(question + ": " + e.getMessage());
                        return Future.failedFuture(e);
                    }
                })
                .map(Answer::content);
    }
}
