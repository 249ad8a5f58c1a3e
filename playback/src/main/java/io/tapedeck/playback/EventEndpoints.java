package io.tapedeck.playback;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.EventStream;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionReader;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WindowId;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;

/** A session's events, streamed in the encoding that the client likes best. */
final class EventEndpoints implements AutoCloseable {
    static final String REV_HEADER = "X-Tapedeck-Rev";

    private static final String NDJSON = "application/x-ndjson";
    private static final int FRAMES_MAX = 1_000;

    private static final Parameter<String> WINDOW =
            Parameter.id("window", "Events of this window only. Not together with frames.");
    private static final Parameter<Long> FROM = Parameter.number(
            "from", "Start of the range in epoch ms; events begin at the last full snapshot at or before it.");
    private static final Parameter<Long> TO =
            Parameter.number("to", "End of the range in epoch ms, exclusive; whole frames are sent.");
    private static final Parameter<Long> REV =
            Parameter.number("rev", "The rev of the manifest that lists the frames. Only together with frames.");
    private static final Parameter<List<String>> FRAMES = Parameter.list(
            "frames",
            "Ids of frames, which are sent whole and in this order. Only together with rev.",
            "[A-Za-z0-9._-]{1,200}",
            FRAMES_MAX);

    private final SessionReader reader;
    private final Audience audience;
    private final Vertx vertx;
    private final PlaybackSettings settings;
    private final MeterRegistry meters;
    private final StreamPlaces places;
    /** Its queue holds at most one task for each stream, and those are counted. */
    private final ExecutorService transcoders;

    EventEndpoints(
            SessionReader reader, Audience audience, Vertx vertx, PlaybackSettings settings, MeterRegistry meters) {
        this.reader = reader;
        this.audience = audience;
        this.vertx = vertx;
        this.settings = settings;
        this.meters = meters;
        this.places = new StreamPlaces(vertx, settings.eventStreamsMax(), settings.eventStreamWaitMs(), meters);
        this.transcoders = Executors.newFixedThreadPool(settings.transcodeThreads(), EventEndpoints::transcodeThread);
    }

    List<Endpoint> all() {
        Endpoint events = Endpoint.read(
                        "/api/v1/projects/{project}/sessions/{session}/events",
                        "events",
                        "A session's events as NDJSON, each line with a leading member w, its window."
                                + " Encoded as zstd (as stored), gzip or identity.",
                        List.of(ProjectEndpoints.PROJECT, SessionEndpoints.SESSION, WINDOW, FROM, TO, REV, FRAMES),
                        new Answer(200, "The events", NDJSON, null, true),
                        this::events)
                .failingWith(ProblemCode.NOT_ACCEPTABLE, ProblemCode.STALE_REV, ProblemCode.CORRUPT);
        return List.of(events, events.shared("events", "sharedEvents"));
    }

    private Future<Reply> events(Call call) {
        HttpServerResponse response = call.ctx().response();
        response.putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        ContentCoding coding = ContentCoding.negotiate(
                        call.ctx().request().headers().getAll(HttpHeaders.ACCEPT_ENCODING))
                .orElseThrow(() -> Problem.of(ProblemCode.NOT_ACCEPTABLE, "events are sent as zstd, gzip or identity")
                        .asException());
        checkCombination(call);
        PlaceHolder holder = PlaceHolder.of(call);
        return places.take(holder)
                .compose(place -> find(call)
                        .compose(stream -> answer(call, stream, coding))
                        .recover(failure -> Future.failedFuture(isConflict(failure) ? staleRev() : failure))
                        .onComplete(ended -> places.free(holder)));
    }

    private static void checkCombination(Call call) {
        boolean byFrames = call.get(FRAMES) != null;
        if (byFrames != (call.get(REV) != null)) {
            throw Problem.malformed("parameters rev and frames go together");
        }
        if (byFrames && (call.get(WINDOW) != null || call.get(FROM) != null || call.get(TO) != null)) {
            throw Problem.malformed("parameter frames goes with none of window, from and to");
        }
        if (call.get(FROM) != null && call.get(TO) != null && call.get(FROM) > call.get(TO)) {
            throw Problem.malformed("parameter from must not be after to");
        }
    }

    private Future<EventStream> find(Call call) {
        SessionKey key = SessionEndpoints.key(call);
        if (call.get(FRAMES) != null) {
            return SessionEndpoints.ask(vertx, () -> reader.events(key, call.get(REV), call.get(FRAMES)));
        }
        WindowId window = call.get(WINDOW) == null ? null : new WindowId(call.get(WINDOW));
        return SessionEndpoints.ask(vertx, () -> reader.events(key, window, call.get(FROM), call.get(TO)));
    }

    private Future<Reply> answer(Call call, EventStream stream, ContentCoding coding) {
        HttpServerResponse response = call.ctx().response();
        boolean isHead = call.ctx().request().method().equals(HttpMethod.HEAD);
        if (!isHead) {
            audience.watches(call, SessionEndpoints.key(call));
        }
        String etag = etag(stream, coding);
        response.putHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache");
        response.putHeader(HttpHeaders.ETAG, etag);
        response.putHeader(REV_HEADER, Long.toString(stream.rev()));
        if (isKnown(call.ctx().request().headers().getAll(HttpHeaders.IF_NONE_MATCH), etag)) {
            response.setStatusCode(304).end();
            return Future.succeededFuture(new Reply.Sent());
        }
        long bytes = coding == ContentCoding.ZSTD ? stream.bytes() : -1;
        response.putHeader(HttpHeaders.CONTENT_TYPE, NDJSON);
        if (coding != ContentCoding.IDENTITY) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, coding.token());
        }
        if (bytes >= 0) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(bytes));
        }
        if (isHead) {
            response.end();
            return Future.succeededFuture(new Reply.Sent());
        }
        return send(call, stream, coding, bytes);
    }

    private Future<Reply> send(Call call, EventStream stream, ContentCoding coding, long bytes) {
        Flow.Publisher<ByteBuffer> publisher = coding == ContentCoding.ZSTD
                ? stream.frames()
                : new TranscodingPublisher(stream.frames(), coding, settings.gzipLevel(), transcoders);
        Counter sent = Counter.builder("tapedeck.playback.bytes")
                .description("Bytes of events sent")
                .tag("coding", coding.token())
                .register(meters);
        return EventDelivery.send(call.ctx(), publisher, bytes, settings.stallTimeoutMs(), sent::increment)
                .onSuccess(this::count)
                .onFailure(failure -> forgetHead(call.ctx().response()))
                .map(outcome -> new Reply.Sent());
    }

    private void count(EventDelivery.Outcome outcome) {
        Counter.builder("tapedeck.playback.deliveries")
                .description("Answers with events that were begun, by how they ended")
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(meters)
                .increment();
    }

    /** Nothing is sent yet: what was to be the head must not describe the problem that is sent instead. */
    private static void forgetHead(HttpServerResponse response) {
        MultiMap headers = response.headers();
        headers.remove(HttpHeaders.ETAG);
        headers.remove(HttpHeaders.CONTENT_ENCODING);
        headers.remove(HttpHeaders.CONTENT_LENGTH);
        headers.remove(REV_HEADER);
        response.setChunked(false);
    }

    /** The same events have other bytes in each encoding. What gzip makes of them may differ between versions: weak. */
    private static String etag(EventStream stream, ContentCoding coding) {
        return switch (coding) {
            case ZSTD -> "\"" + stream.etag() + "\"";
            case GZIP -> "W/\"" + stream.etag() + "-gzip\"";
            case IDENTITY -> "\"" + stream.etag() + "-identity\"";
        };
    }

    private static boolean isKnown(List<String> ifNoneMatch, String etag) {
        return ifNoneMatch.stream()
                .flatMap(header -> Arrays.stream(header.split(",")))
                .map(String::strip)
                .anyMatch(known -> known.equals("*") || strong(known).equals(strong(etag)));
    }

    private static String strong(String etag) {
        return etag.startsWith("W/") ? etag.substring(2) : etag;
    }

    private static boolean isConflict(Throwable failure) {
        Throwable cause = failure instanceof StoreException ? failure : failure.getCause();
        return cause instanceof StoreException store && store.kind() == StoreErrorKind.CONFLICT;
    }

    private static RuntimeException staleRev() {
        return Problem.of(ProblemCode.STALE_REV, "a frame is no longer part of the session: fetch the manifest again")
                .asException();
    }

    private static Thread transcodeThread(Runnable task) {
        Thread thread = new Thread(task, "tapedeck-transcode");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        transcoders.shutdownNow();
    }
}
