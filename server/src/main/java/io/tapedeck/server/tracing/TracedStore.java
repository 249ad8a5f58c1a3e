package io.tapedeck.server.tracing;

import io.opentelemetry.api.trace.SpanKind;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkAppender;
import io.tapedeck.store.EventStream;
import io.tapedeck.store.Manifest;
import io.tapedeck.store.MarkerTrack;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionPage;
import io.tapedeck.store.SessionProgress;
import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.SessionReader;
import io.tapedeck.store.WindowId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The store as requests see it: each call is a span below the request's. */
public final class TracedStore implements ChunkAppender, SessionReader {
    private final ChunkAppender appender;
    private final SessionReader reader;
    private final Spans spans;

    TracedStore(ChunkAppender appender, SessionReader reader, Spans spans) {
        this.appender = appender;
        this.reader = reader;
        this.spans = spans;
    }

    /** From here until the chunk is durable. */
    @Override
    public CompletableFuture<Appended> append(Chunk chunk) {
        return call("store append", () -> appender.append(chunk));
    }

    @Override
    public CompletableFuture<SessionPage> sessions(SessionQuery query) {
        return call("store sessions", () -> reader.sessions(query));
    }

    @Override
    public CompletableFuture<Manifest> manifest(SessionKey session) {
        return call("store manifest", () -> reader.manifest(session));
    }

    /** Asked for by a clock, not by a request. */
    @Override
    public CompletableFuture<Map<SessionKey, SessionProgress>> progress(Collection<SessionKey> sessions) {
        return reader.progress(sessions);
    }

    @Override
    public CompletableFuture<EventStream> events(SessionKey session, WindowId window, Long from, Long to) {
        return call("store events", () -> reader.events(session, window, from, to));
    }

    @Override
    public CompletableFuture<EventStream> events(SessionKey session, long rev, List<String> frameIds) {
        return call("store events", () -> reader.events(session, rev, frameIds));
    }

    @Override
    public CompletableFuture<MarkerTrack> markers(SessionKey session) {
        return call("store markers", () -> reader.markers(session));
    }

    private <T> CompletableFuture<T> call(String name, Supplier<CompletableFuture<T>> call) {
        return spans.call(name, SpanKind.INTERNAL, call);
    }
}
