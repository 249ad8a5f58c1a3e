package io.tapedeck.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** What the recorders of a simulation send: new chunks, late ones and ones that were sent before. */
final class Workload {
    private static final int SESSIONS = 3;
    private static final int WINDOWS = 2;
    private static final String OVERLAPPING_WINDOW = "o";

    private final Random random;
    private final List<SessionKey> sessions = new ArrayList<>();
    private final Map<String, Integer> nextSeqs = new HashMap<>();
    private final List<Chunk> sent = new ArrayList<>();
    private final List<Chunk> held = new ArrayList<>();
    private final Set<ChunkId> acked = new HashSet<>();

    Workload(Random random) {
        this.random = random;
        for (int i = 0; i < SESSIONS; i++) {
            sessions.add(Fixtures.session("s" + i));
        }
    }

    List<SessionKey> sessions() {
        return sessions;
    }

    SessionKey anySession() {
        return sessions.get(random.nextInt(sessions.size()));
    }

    /** The chunk to be sent next, for a session that is not {@code closed}. */
    Chunk next(Set<SessionKey> closed) {
        Chunk chunk = next();
        while (closed.contains(chunk.session())) {
            chunk = next();
        }
        return chunk;
    }

    private Chunk next() {
        int choice = random.nextInt(10);
        if (choice < 2 && !sent.isEmpty()) {
            return sent.get(random.nextInt(sent.size()));
        }
        if (choice < 4 && !held.isEmpty()) {
            return send(held.remove(random.nextInt(held.size())));
        }
        Chunk made = make();
        if (choice == 9) {
            held.add(made);
            made = make();
        }
        return send(made);
    }

    /** A chunk that was chosen by somebody else is sent. */
    Chunk send(Chunk chunk) {
        sent.add(chunk);
        return chunk;
    }

    private Chunk make() {
        SessionKey session = anySession();
        if (random.nextInt(5) == 0) {
            return makeOverlapping(session);
        }
        String window = "w" + random.nextInt(WINDOWS);
        int seq = nextSeqs.merge(session.session() + window, 1, Integer::sum) - 1;
        return random.nextInt(12) == 0
                ? Chunks.finalChunk(session, window, seq)
                : Chunks.chunk(session, window, seq, Chunks.noise(random.nextInt(1_000)));
    }

    /** Goes on from some event that may have been sent already. */
    private Chunk makeOverlapping(SessionKey session) {
        int sentTo = nextSeqs.getOrDefault(session.session() + OVERLAPPING_WINDOW, 0);
        int from = Math.max(0, sentTo - random.nextInt(6));
        int to = from + 1 + random.nextInt(8);
        nextSeqs.merge(session.session() + OVERLAPPING_WINDOW, to, Math::max);
        return Chunks.overlapping(session, OVERLAPPING_WINDOW, from, to);
    }

    void acknowledged(Chunk chunk) {
        acked.add(chunk.id());
    }

    /** The chunks of a session that were sent. */
    List<Chunk> sent(SessionKey session) {
        return sent.stream().filter(chunk -> chunk.session().equals(session)).toList();
    }

    /** The chunks of a session that were acknowledged. */
    List<Chunk> acked(SessionKey session) {
        return sent(session).stream()
                .filter(chunk -> acked.contains(chunk.id()))
                .toList();
    }
}
