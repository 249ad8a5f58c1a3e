package io.tapedeck.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real catalog whose calls fail as planned. */
final class FaultyCatalog implements Catalog {
    private final Catalog catalog;
    private final CallGate gate;

    FaultyCatalog(Catalog catalog, CallGate gate) {
        this.catalog = catalog;
        this.gate = gate;
    }

    @Override
    public NodeStart startNode(String node) {
        return gate.call("startNode", () -> catalog.startNode(node));
    }

    @Override
    public long epoch(String node) {
        return gate.call("epoch", () -> catalog.epoch(node));
    }

    @Override
    public JournalProgress journalProgress(String node) {
        return gate.call("journalProgress", () -> catalog.journalProgress(node));
    }

    @Override
    public void forgetJournalBelow(String node, long number) {
        gate.call("forgetJournalBelow", () -> {
            catalog.forgetJournalBelow(node, number);
            return null;
        });
    }

    @Override
    public void intend(ObjectIntent intent) {
        gate.call("intend", () -> {
            catalog.intend(intent);
            return null;
        });
    }

    @Override
    public Collection<SessionKey> commitSegment(SegmentCommit commit) {
        return gate.call("commitSegment", () -> catalog.commitSegment(commit));
    }

    @Override
    public Optional<SessionLayout> layout(SessionKey session) {
        return gate.call("layout", () -> catalog.layout(session));
    }

    @Override
    public Map<SessionKey, SessionProgress> progress(Collection<SessionKey> sessions) {
        return gate.call("progress", () -> catalog.progress(sessions));
    }

    @Override
    public Optional<SettlingLayout> settlingLayout(SessionKey session, int chunksMax) {
        return gate.call("settlingLayout", () -> catalog.settlingLayout(session, chunksMax));
    }

    @Override
    public LocatedRecording recording(SessionKey session, String key) {
        return gate.call("recording", () -> catalog.recording(session, key));
    }

    @Override
    public SessionPage sessions(SessionQuery query) {
        return gate.call("sessions", () -> catalog.sessions(query));
    }

    @Override
    public boolean isErased(SessionKey session) {
        return gate.call("isErased", () -> catalog.isErased(session));
    }

    @Override
    public List<SessionKey> leaseSettleable(
            String holder, long now, long silentSince, long finalSince, long leaseUntil, int limit) {
        return gate.call(
                "leaseSettleable",
                () -> catalog.leaseSettleable(holder, now, silentSince, finalSince, leaseUntil, limit));
    }

    @Override
    public void releaseSettling(String holder, SessionKey session) {
        gate.call("releaseSettling", () -> {
            catalog.releaseSettling(holder, session);
            return null;
        });
    }

    @Override
    public void releaseSettling(String holder) {
        gate.call("releaseSettling", () -> {
            catalog.releaseSettling(holder);
            return null;
        });
    }

    @Override
    public void commitRecording(RecordingCommit commit) {
        gate.call("commitRecording", () -> {
            catalog.commitRecording(commit);
            return null;
        });
    }

    @Override
    public void releaseRepeated(SessionKey session, int generation, Collection<Long> blocks, long at) {
        gate.call("releaseRepeated", () -> {
            catalog.releaseRepeated(session, generation, blocks, at);
            return null;
        });
    }

    @Override
    public void doom(String key, long now) {
        gate.call("doom", () -> {
            catalog.doom(key, now);
            return null;
        });
    }

    @Override
    public int doomStaleIntents(long before, long now) {
        return gate.call("doomStaleIntents", () -> catalog.doomStaleIntents(before, now));
    }

    @Override
    public List<String> doomed(long before, int limit) {
        return gate.call("doomed", () -> catalog.doomed(before, limit));
    }

    @Override
    public void forget(String key, long at) {
        gate.call("forget", () -> {
            catalog.forget(key, at);
            return null;
        });
    }

    @Override
    public CatalogTotals totals() {
        return gate.call("totals", () -> catalog.totals());
    }

    @Override
    public CatalogWaiting waiting() {
        return gate.call("waiting", () -> catalog.waiting());
    }

    @Override
    public void check() {
        gate.call("check", () -> {
            catalog.check();
            return null;
        });
    }

    @Override
    public void close() {
        catalog.close();
    }
}
