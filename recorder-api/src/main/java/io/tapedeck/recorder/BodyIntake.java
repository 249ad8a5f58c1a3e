package io.tapedeck.recorder;

import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.Admission.Ticket;
import io.tapedeck.recorder.inflate.BodyInflater;
import io.tapedeck.recorder.inflate.ContentCoding;
import io.tapedeck.recorder.inflate.InflateLimits;
import io.tapedeck.recorder.inflate.Unpacker;
import io.tapedeck.recorder.inflate.WireBody;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Reads bodies and inflates them, within their bounds: small ones on the event loop, the others on a worker.
 * Thread-safe.
 */
final class BodyIntake {
    /** Bodies up to this size, as sent and as inflated, cost less than going to another thread and back is worth. */
    private static final int SMALL_WIRE_BYTES_MAX = 64 << 10;

    private static final int SMALL_INFLATED_BYTES_MAX = 512 << 10;

    private final RecorderSettings settings;
    private final Deadlines idle;
    private final WorkerExecutor workers;
    private final IngestMetrics metrics;
    private final BodyInflater inflater;

    BodyIntake(Vertx vertx, RecorderSettings settings, WorkerExecutor workers, IngestMetrics metrics) {
        this.settings = settings;
        this.idle = BodyReader.deadlines(vertx, settings);
        this.workers = workers;
        this.metrics = metrics;
        this.inflater = new BodyInflater(InflateLimits.upTo(settings.inflatedBytesMax()));
    }

    /**
     * The body of a paused request, decompressed; what it takes is reserved on the ticket.
     *
     * @return array-backed; fails with a {@link ProblemException}, or {@link BodyReader.ClientGone}
     */
    Future<ByteBuffer> receive(HttpServerRequest request, Ticket ticket) {
        return BodyReader.read(request, settings, idle, ticket).compose(body -> {
            metrics.read(body.length());
            ContentCoding coding;
            try {
                coding = ContentCoding.of(request.getHeader(HttpHeaders.CONTENT_ENCODING), body);
            } catch (ProblemException e) {
                return Future.failedFuture(e);
            }
            return inflate(body, coding, ticket).onSuccess(plain -> metrics.inflated(plain.remaining()));
        });
    }

    /** Nothing refers to a body any more that was received for this ticket. */
    void giveBack(ByteBuffer body, Ticket ticket) {
        ticket.release(body.capacity());
        inflater.giveBack(body);
    }

    /** For what is compressed inside of a body. */
    Unpacker unpacker(Ticket ticket) {
        return new Unpacker(inflater, settings.inflatedBytesMax(), ticket);
    }

    /** Runs here what is about few bytes, and on a worker what is not. Requests in flight bound the workers' queue. */
    <T> Future<T> run(long bytes, Callable<T> task) {
        if (bytes > SMALL_INFLATED_BYTES_MAX) {
            return workers.executeBlocking(task, false);
        }
        try {
            return Future.succeededFuture(task.call());
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    /** A body that seems small is tried here; one that turns out larger than it says is inflated by a worker after all. */
    private Future<ByteBuffer> inflate(WireBody body, ContentCoding coding, Ticket ticket) {
        try {
            if (body.length() <= SMALL_WIRE_BYTES_MAX
                    && inflater.bytesExpected(body, coding) <= SMALL_INFLATED_BYTES_MAX) {
                Optional<ByteBuffer> plain = inflater.inflateUpTo(SMALL_INFLATED_BYTES_MAX, body, coding, ticket);
                if (plain.isPresent()) {
                    return Future.succeededFuture(plain.get());
                }
            }
        } catch (ProblemException e) {
            return Future.failedFuture(e);
        }
        return workers.executeBlocking(() -> inflater.inflate(body, coding, ticket), false);
    }
}
