package io.tapedeck.recorder;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemException;
import io.tapedeck.http.Problems;
import io.tapedeck.recorder.Admission.Ticket;
import io.tapedeck.recorder.BodyReader.ClientGone;
import io.tapedeck.recorder.dialect.Dialect;
import io.tapedeck.recorder.dialect.Dialect.Decoded;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.recorder.inflate.BodyInflater;
import io.tapedeck.recorder.inflate.ContentCoding;
import io.tapedeck.recorder.inflate.InflateLimits;
import io.tapedeck.recorder.inflate.WireBody;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkAppender;
import io.tapedeck.store.ChunkAppender.Appended;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes uploads of one dialect: from the request's head to the acknowledgement, which is sent only when the store says
 * that all of it is durable. Thread-safe.
 *
 * <pre>
 *   enter ─ identify ─ authorise ─ read body ─ inflate, decode ─ mask, scan ─ append ─ acknowledge
 *   └─────────────── event loop ─────────────┘ └ worker if large ────────┘  └─── event loop ────┘
 * </pre>
 *
 * Whatever fails on the way is refused in the dialect's own manner. What the request holds in memory is reserved on its
 * ticket, which is closed when the store lets go of the chunk, even if the client was answered before.
 */
final class IngestHandler implements Handler<RoutingContext> {
    /** Bodies up to this size, as sent and as inflated, cost less than going to another thread and back is worth. */
    private static final int SMALL_WIRE_BYTES_MAX = 64 << 10;

    private static final int SMALL_INFLATED_BYTES_MAX = 512 << 10;

    private final Vertx vertx;
    private final RecorderSettings settings;
    private final Dialect dialect;
    private final Authoriser authoriser;
    private final Admission admission;
    private final BodyInflater inflater;
    private final ChunkMaker chunkMaker;
    private final ChunkAppender store;
    private final WorkerExecutor workers;
    private final IngestMetrics metrics;
    private final Clock clock;

    IngestHandler(
            Vertx vertx,
            RecorderSettings settings,
            Dialect dialect,
            Authoriser authoriser,
            Admission admission,
            ChunkAppender store,
            WorkerExecutor workers,
            IngestMetrics metrics,
            Clock clock) {
        this.vertx = vertx;
        this.settings = settings;
        this.dialect = dialect;
        this.authoriser = authoriser;
        this.admission = admission;
        this.inflater = new BodyInflater(InflateLimits.upTo(settings.inflatedBytesMax()));
        this.chunkMaker = new ChunkMaker(settings.scanLimits(), metrics);
        this.store = store;
        this.workers = workers;
        this.metrics = metrics;
        this.clock = clock;
    }

    Dialect dialect() {
        return dialect;
    }

    @Override
    public void handle(RoutingContext ctx) {
        long startNs = System.nanoTime();
        ctx.request().pause();
        Ticket ticket;
        try {
            ticket = admission.enter();
        } catch (ProblemException e) {
            refuse(ctx, e);
            return;
        }
        receive(ctx, ticket)
                .compose(chunks -> append(chunks, ticket))
                .onSuccess(what -> {
                    metrics.acknowledged(dialect.name(), what, Duration.ofNanos(System.nanoTime() - startNs));
                    if (!ctx.response().closed()) {
                        dialect.acknowledge(ctx);
                    }
                })
                .onFailure(error -> refuse(ctx, error));
    }

    /** Everything before the store. The ticket is closed if it fails. */
    private Future<List<Chunk>> receive(RoutingContext ctx, Ticket ticket) {
        long receivedAt = clock.millis();
        HttpServerRequest request = ctx.request();
        RequestHead head = new RequestHead(ctx.queryParams(), request.headers());
        return Future.<String>future(promise -> promise.complete(dialect.identify(head)))
                .compose(key -> key == null ? Future.succeededFuture() : authoriser.authorise(key, request))
                .compose(project -> BodyReader.read(vertx, request, settings, ticket)
                        .compose(body -> decode(head, body, ticket, project, request, receivedAt)))
                .onFailure(error -> ticket.close());
    }

    private Future<List<Chunk>> decode(
            RequestHead head,
            WireBody body,
            Ticket ticket,
            Project ofHead,
            HttpServerRequest request,
            long receivedAt) {
        metrics.read(body.length());
        ContentCoding coding;
        try {
            coding = ContentCoding.of(head.headers().get(HttpHeaders.CONTENT_ENCODING), body);
        } catch (ProblemException e) {
            return Future.failedFuture(e);
        }
        return inflate(body, coding, ticket).compose(json -> {
            metrics.inflated(json.remaining());
            boolean small = json.remaining() <= SMALL_INFLATED_BYTES_MAX;
            return run(small, () -> dialect.decode(head, json))
                    .compose(decoded -> project(ofHead, decoded, request)
                            .compose(project -> run(small, () -> {
                                List<Chunk> chunks = new ArrayList<>();
                                for (Upload upload : decoded.uploads()) {
                                    String agent = head.headers().get(HttpHeaders.USER_AGENT);
                                    chunks.add(chunkMaker.make(upload, project, agent, receivedAt, ticket));
                                }
                                // The chunks have copies: nothing refers to the body any more.
                                ticket.release(json.capacity());
                                return chunks;
                            })));
        });
    }

    /** A body that seems small is tried here; one that turns out larger than it says is inflated by a worker after all. */
    private Future<ByteBuffer> inflate(WireBody body, ContentCoding coding, Ticket ticket) {
        try {
            if (body.length() <= SMALL_WIRE_BYTES_MAX
                    && inflater.bytesExpected(body, coding) <= SMALL_INFLATED_BYTES_MAX) {
                Optional<ByteBuffer> json = inflater.inflateUpTo(SMALL_INFLATED_BYTES_MAX, body, coding, ticket);
                if (json.isPresent()) {
                    return Future.succeededFuture(json.get());
                }
            }
        } catch (ProblemException e) {
            return Future.failedFuture(e);
        }
        return workers.executeBlocking(() -> inflater.inflate(body, coding, ticket), false);
    }

    private Future<Project> project(Project ofHead, Decoded decoded, HttpServerRequest request) {
        return ofHead != null ? Future.succeededFuture(ofHead) : authoriser.authorise(decoded.key(), request);
    }

    /** Runs here what is small, and on a worker what is not. Requests in flight bound the workers' queue. */
    private <T> Future<T> run(boolean small, Callable<T> task) {
        if (!small) {
            return workers.executeBlocking(task, false);
        }
        try {
            return Future.succeededFuture(task.call());
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    /** The chunks belong to the store until it says what became of them, however long it takes. */
    private Future<Appended> append(List<Chunk> chunks, Ticket ticket) {
        List<Future<Appended>> appended = new ArrayList<>();
        for (Chunk chunk : chunks) {
            appended.add(append(chunk));
        }
        Future<Appended> all = Future.join(appended)
                .onComplete(done -> ticket.close())
                .map(done -> appended.stream().allMatch(one -> one.result() == Appended.REPEATED)
                        ? Appended.REPEATED
                        : Appended.STORED);
        return all.timeout(settings.appendTimeoutMs(), TimeUnit.MILLISECONDS)
                .recover(error -> Future.failedFuture(
                        error instanceof TimeoutException
                                ? new StoreException(StoreErrorKind.TIMEOUT, "the store did not answer in time")
                                : error));
    }

    private Future<Appended> append(Chunk chunk) {
        try {
            return Future.fromCompletionStage(store.append(chunk), vertx.getOrCreateContext());
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void refuse(RoutingContext ctx, Throwable error) {
        if (error instanceof ClientGone) {
            metrics.abandoned(dialect.name());
            return;
        }
        Problem problem = Problems.report(ctx, error);
        metrics.refused(dialect.name(), problem.code());
        dialect.refuse(ctx, problem);
        BodyReader.drain(vertx, ctx.request());
    }
}
