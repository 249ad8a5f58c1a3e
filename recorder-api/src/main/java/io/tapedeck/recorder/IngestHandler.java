package io.tapedeck.recorder;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemException;
import io.tapedeck.http.Problems;
import io.tapedeck.recorder.Admission.Ticket;
import io.tapedeck.recorder.BodyReader.ClientGone;
import io.tapedeck.recorder.dialect.Endpoint;
import io.tapedeck.recorder.dialect.Endpoint.Decoded;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.recorder.inflate.Unpacker;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkAppender;
import io.tapedeck.store.ChunkAppender.Appended;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes uploads of one endpoint: from the request's head to the acknowledgement, which is sent only when the store says
 * that all of it is durable. Thread-safe.
 *
 * <pre>
 *   enter ─ identify ─ authorise ─ read body ─ inflate, decode ─ mask, scan ─ append ─ acknowledge
 *   └─────────────── event loop ─────────────┘ └ worker if large ────────┘  └─── event loop ────┘
 * </pre>
 *
 * Tapedeck's own dialect scans while it decodes, and what it found is used unless masking changes the events. Whatever
 * fails on the way is refused in the client's own manner. Of several uploads in a body, those that can be stored are
 * stored, whatever becomes of the others. What the request holds in memory is reserved on its ticket, which is closed
 * when the store lets go of the chunks, even if the client was answered before.
 */
final class IngestHandler implements Handler<RoutingContext> {
    /** What is packed inside of a body is taken to be so much more than what packs it. */
    private static final int PACKED_FACTOR = 16;

    private final Vertx vertx;
    private final String dialect;
    private final Endpoint endpoint;
    private final Authoriser authoriser;
    private final Admission admission;
    private final BodyIntake intake;
    private final ChunkMaker chunkMaker;
    private final ChunkAppender store;
    private final IngestMetrics metrics;
    private final Deadlines storing;
    private final Clock clock;

    IngestHandler(
            Vertx vertx,
            RecorderSettings settings,
            String dialect,
            Endpoint endpoint,
            Authoriser authoriser,
            Admission admission,
            BodyIntake intake,
            ChunkAppender store,
            IngestMetrics metrics,
            Clock clock) {
        this.vertx = vertx;
        this.dialect = dialect;
        this.endpoint = endpoint;
        this.authoriser = authoriser;
        this.admission = admission;
        this.intake = intake;
        this.chunkMaker = new ChunkMaker(settings.scanLimits(), settings.level(), metrics);
        this.store = store;
        this.metrics = metrics;
        this.storing = new Deadlines(vertx, settings.appendTimeoutMs());
        this.clock = clock;
    }

    @Override
    public void handle(RoutingContext ctx) {
        long startNs = System.nanoTime();
        // Before anything is held: it fails if the query is not what a query must be.
        RequestHead head = new RequestHead(
                ctx.pathParams(), ctx.queryParams(), ctx.request().headers());
        ctx.request().pause();
        Ticket ticket;
        try {
            ticket = admission.enter();
        } catch (ProblemException e) {
            refuse(ctx, e);
            return;
        }
        receive(ctx, head, ticket)
                .compose(made -> append(made, ticket).onSuccess(what -> {
                    Duration took = Duration.ofNanos(System.nanoTime() - startNs);
                    metrics.acknowledged(dialect, what, made.bodyBytes(), took);
                    if (!ctx.response().closed()) {
                        endpoint.acknowledge(ctx);
                    }
                }))
                .onFailure(error -> refuse(ctx, error));
    }

    /** Everything before the store. The ticket is closed if it fails. */
    private Future<Made> receive(RoutingContext ctx, RequestHead head, Ticket ticket) {
        long receivedAt = clock.millis();
        HttpServerRequest request = ctx.request();
        return Future.<String>future(promise -> promise.complete(endpoint.identify(head)))
                .compose(key -> key == null ? Future.succeededFuture() : authoriser.authorise(key, request))
                .compose(project -> intake.receive(request, ticket)
                        .compose(body -> make(head, body, ticket, project, request, receivedAt)))
                .onFailure(error -> ticket.close());
    }

    private Future<Made> make(
            RequestHead head,
            ByteBuffer body,
            Ticket ticket,
            Project ofHead,
            HttpServerRequest request,
            long receivedAt) {
        Unpacker unpacker = intake.unpacker(ticket);
        String agent = head.headers().get(HttpHeaders.USER_AGENT);
        int bodyBytes = body.remaining();
        long work = (long) bodyBytes * (endpoint.isPacked() ? PACKED_FACTOR : 1);
        return intake.run(work, () -> endpoint.decode(head, body, unpacker))
                .compose(decoded -> project(ofHead, decoded, request)
                        .compose(project -> intake.run(bytes(decoded), () -> {
                            Made made = make(bodyBytes, decoded.uploads(), project, agent, receivedAt, ticket);
                            // The chunks have copies: nothing refers to the body any more.
                            unpacker.close();
                            intake.giveBack(body, ticket);
                            return made;
                        })));
    }

    private Made make(
            int bodyBytes, List<Upload> uploads, Project project, String agent, long receivedAt, Ticket ticket) {
        List<Chunk> chunks = new ArrayList<>(uploads.size());
        ProblemException refused = null;
        for (Upload upload : uploads) {
            try {
                chunkMaker.make(upload, project, agent, receivedAt, ticket).ifPresent(chunks::add);
            } catch (ProblemException e) {
                refused = refused == null || e.problem().code().isPassing() ? e : refused;
            }
        }
        return new Made(bodyBytes, chunks, refused);
    }

    private static long bytes(Decoded decoded) {
        long bytes = 0;
        for (Upload upload : decoded.uploads()) {
            bytes += upload.events().remaining();
        }
        return bytes;
    }

    private Future<Project> project(Project ofHead, Decoded decoded, HttpServerRequest request) {
        return ofHead != null ? Future.succeededFuture(ofHead) : authoriser.authorise(decoded.key(), request);
    }

    /** The chunks belong to the store until it says what became of them, however long it takes. */
    private Future<Taken> append(Made made, Ticket ticket) {
        List<Future<Appended>> appended = new ArrayList<>();
        for (Chunk chunk : made.chunks()) {
            appended.add(append(chunk));
        }
        Future<Taken> all = Future.join(appended)
                .onComplete(done -> ticket.close())
                .transform(done -> outcome(appended, made.refused()));
        return inTime(all);
    }

    private <T> Future<T> inTime(Future<T> answer) {
        Promise<T> promise = Promise.promise();
        Deadlines.Wait wait = storing.begin(
                () -> promise.tryFail(new StoreException(StoreErrorKind.TIMEOUT, "the store did not answer in time")));
        answer.onComplete(done -> {
            wait.end();
            if (done.succeeded()) {
                promise.tryComplete(done.result());
            } else {
                promise.tryFail(done.cause());
            }
        });
        return promise.future();
    }

    /** One answer for all: that the client should try again, if that helps any of them; else why one was refused. */
    private static Future<Taken> outcome(List<Future<Appended>> appended, ProblemException refused) {
        List<Throwable> failures = new ArrayList<>();
        appended.stream().filter(Future::failed).forEach(one -> failures.add(one.cause()));
        if (refused != null) {
            failures.add(refused);
        }
        if (!failures.isEmpty()) {
            return Future.failedFuture(failures.stream()
                    .filter(error -> Problems.of(error).code().isPassing())
                    .findFirst()
                    .orElse(failures.get(0)));
        }
        if (appended.isEmpty()) {
            return Future.succeededFuture(Taken.FOREIGN);
        }
        boolean repeated = appended.stream().allMatch(one -> one.result() == Appended.REPEATED);
        return Future.succeededFuture(repeated ? Taken.REPEATED : Taken.STORED);
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
            metrics.abandoned(dialect);
            return;
        }
        Problem problem = Problems.report(ctx, error);
        metrics.refused(dialect, problem.code());
        endpoint.refuse(ctx, problem);
        BodyReader.drain(vertx, ctx.request());
    }

    /**
     * What was made of a body.
     *
     * @param bodyBytes of the body, decompressed
     * @param chunks for the store
     * @param refused why one could not be made, or null
     */
    private record Made(int bodyBytes, List<Chunk> chunks, ProblemException refused) {}
}
