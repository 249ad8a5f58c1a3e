package io.tapedeck.playback;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.By;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * Where the admins' endpoints do their work: the seams, and threads of their own, so that what takes long does not hold
 * up those who look at sessions. Thread-safe.
 */
final class AdminDesk implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int QUEUE_MAX = 100;

    private final AdminSeams seams;
    private final Workers workers;
    private final Clock clock;

    AdminDesk(AdminSeams seams, Vertx vertx, Clock clock) {
        this.seams = seams;
        this.workers = new Workers(vertx, "tapedeck-admin", THREADS, QUEUE_MAX);
        this.clock = clock;
    }

    AdminSeams seams() {
        return seams;
    }

    long now() {
        return clock.millis();
    }

    /** Who makes this call, for the audit trail. */
    By by(Call call) {
        return new By(call.principal().name(), clock.millis());
    }

    <T> Future<T> run(Callable<T> work) {
        return workers.run(work);
    }

    /** Answers with what the work returns. */
    Future<Reply> answer(Callable<?> work) {
        return workers.run(() -> new Reply.Json(Json.encode(work.call())));
    }

    /** Answers without a body once the work is done. */
    Future<Reply> done(Runnable work) {
        return workers.run(() -> {
            work.run();
            return new Reply.Empty();
        });
    }

    /** Fails with NOT_FOUND if there is no such project. Blocks. */
    Project project(String slug) {
        return seams.settings()
                .project(slug)
                .orElseThrow(() -> notFound("there is no such project").asException());
    }

    /** Calls the store, and tells a CONFLICT in the words of what was asked for. */
    static <T> T change(ProblemCode conflict, String detail, Supplier<T> change) {
        try {
            return change.get();
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.CONFLICT) {
                throw Problem.of(conflict, detail).asException();
            }
            throw e;
        }
    }

    static Problem notFound(String detail) {
        return Problem.of(ProblemCode.NOT_FOUND, detail);
    }

    @Override
    public void close() {
        workers.close();
    }
}
