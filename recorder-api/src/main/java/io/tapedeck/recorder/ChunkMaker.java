package io.tapedeck.recorder;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.client.UserAgent;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.recorder.inflate.MemoryBudget;
import io.tapedeck.recorder.privacy.PrivacyGuard;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.User;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.block.PackedLines;
import io.tapedeck.store.event.EventScanner;
import io.tapedeck.store.event.MalformedEventsException;
import io.tapedeck.store.event.ScanLimits;
import io.tapedeck.store.event.ScannedEvents;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Makes a chunk of what a window uploads: checks its masking, scans its events, packs them, gathers its facts. Thread-safe. */
final class ChunkMaker {
    /** The most that a line has besides its event: the window's member and the line feed. */
    private static final int LINE_OVERHEAD_BYTES = 80;

    /** No event is shorter: {@code {"type":0,"timestamp":0}}. */
    private static final int EVENT_BYTES_MIN = 24;

    /** Lines are read once, where they are made. */
    private static final ThreadLocal<Scratch> LINES = ThreadLocal.withInitial(Scratch::new);

    private final PrivacyGuard guard = new PrivacyGuard();
    private final EventScanner scanner;
    private final int eventsMax;
    private final int level;
    private final IngestMetrics metrics;

    ChunkMaker(ScanLimits limits, int level, IngestMetrics metrics) {
        this.scanner = new EventScanner(limits);
        this.eventsMax = limits.eventsMax();
        this.level = level;
        this.metrics = metrics;
    }

    /**
     * Makes the chunk; its packed lines are reserved on {@code budget}.
     *
     * @return empty for what is said beside a recording and is nothing that the project keeps
     * @throws ProblemException MALFORMED, MASKING_VIOLATION or OVER_CAPACITY
     */
    Optional<Chunk> make(Upload upload, Project project, String userAgent, long receivedAt, MemoryBudget budget) {
        Optional<ByteBuffer> masked = guard.check(upload.events(), upload.masking(), project.settings(), budget);
        masked.ifPresent(copy -> metrics.redacted());
        ScannedEvents scanned = scan(upload, masked, receivedAt, budget);
        if (!upload.isRecording() && masked.isPresent() && scanned.events() == 0) {
            return Optional.empty();
        }
        PackedLines lines = PackedLines.of(scanned.lines(), level);
        budget.release(Math.max(0, scanned.lines().remaining() - lines.length()));
        return Optional.of(new Chunk(
                new SessionKey(project.slug(), upload.session()),
                upload.window(),
                id(upload, masked.isPresent(), scanned),
                upload.seq(),
                upload.sentAt(),
                receivedAt,
                lines,
                scanned.events(),
                scanned.firstAt(),
                scanned.lastAt(),
                scanned.fullSnapshotTimes(),
                facts(upload, scanned, UserAgent.parse(userAgent), receivedAt)));
    }

    private ScannedEvents scan(Upload upload, Optional<ByteBuffer> masked, long receivedAt, MemoryBudget budget) {
        ByteBuffer events = masked.orElse(upload.events());
        long eventsMost = Math.min(eventsMax, events.remaining() / EVENT_BYTES_MIN + 1);
        long reserved = events.remaining() + eventsMost * LINE_OVERHEAD_BYTES;
        budget.reserve(reserved);
        try {
            boolean isRead = masked.isEmpty() && upload.scan() != null;
            ScannedEvents scanned = isRead
                    ? upload.scan().finish(upload.window(), receivedAt, LINES.get()::atLeast)
                    : scan(events, upload.window(), receivedAt);
            budget.release(Math.max(0, reserved - scanned.lines().remaining()));
            return scanned;
        } catch (MalformedEventsException e) {
            throw Problem.of(ProblemCode.MALFORMED, "events: " + e.getMessage()).asException();
        }
    }

    private ScannedEvents scan(ByteBuffer events, WindowId window, long receivedAt) {
        int from = events.arrayOffset() + events.position();
        return scanner.scan(events.array(), from, from + events.remaining(), window, receivedAt);
    }

    /** The id is that of the events as they came in: whether they were masked here must not make another chunk. */
    private static ChunkId id(Upload upload, boolean masked, ScannedEvents scanned) {
        if (upload.id() != null) {
            return upload.id();
        }
        if (scanned.events() == 0) {
            return ofFacts(upload);
        }
        return masked ? ChunkId.ofContent(upload.events()) : scanned.contentId();
    }

    /** Without events, what a chunk says is all that tells it from the window's other empty ones. */
    private static ChunkId ofFacts(Upload upload) {
        String said = String.join(
                "\n",
                Long.toString(upload.seq()),
                Boolean.toString(upload.isFinal()),
                String.valueOf(upload.person()),
                upload.tags().toString());
        return ChunkId.ofContent(ByteBuffer.wrap(said.getBytes(StandardCharsets.UTF_8)));
    }

    private static SessionFacts facts(Upload upload, ScannedEvents scanned, UserAgent agent, long receivedAt) {
        SortedSet<String> window = setOf(upload.window().value());
        Upload.Person person = upload.person();
        return new SessionFacts(
                receivedAt,
                receivedAt,
                scanned.startedAt(),
                scanned.lastEventAt(),
                scanned.events(),
                scanned.lines().remaining(),
                scanned.counts(),
                scanned.entry(),
                scanned.exit(),
                scanned.urls(),
                person == null ? null : new User(person.id(), person.traits(), receivedAt),
                person == null ? Collections.emptySortedSet() : setOf(person.id()),
                agent.browser(),
                agent.os(),
                agent.device(),
                null,
                upload.sdk(),
                upload.release(),
                upload.tags(),
                scanned.customEvents(),
                upload.isRecording() ? window : Collections.emptySortedSet(),
                upload.isFinal() ? window : Collections.emptySortedSet(),
                scanned.clockImplausible());
    }

    private static SortedSet<String> setOf(String value) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(List.of(value)));
    }
}
