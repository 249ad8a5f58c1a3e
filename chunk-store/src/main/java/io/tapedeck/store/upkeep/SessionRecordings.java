package io.tapedeck.store.upkeep;

import io.tapedeck.store.AdoptionCatalog.AdoptedRecording;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.RecordingKey;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Takes over the recordings of one session after another, as their keys come in order. Of a session's recordings, those with
 * the most chunks are taken first; one all of whose chunks are known by then was superseded, or never committed, and is
 * doomed. One of which only some are known gives its other chunks to the session's tail, from where settling takes them, and
 * is doomed too. So each chunk is in one recording.
 */
final class SessionRecordings {
    private final Adopting adopting;
    private final List<Found> found = new ArrayList<>();
    private SessionKey session;

    SessionRecordings(Adopting adopting) {
        this.adopting = adopting;
    }

    private record Found(String key, RecordingIndex index) {
        long chunks() {
            return index.chunks().values().stream().mapToLong(List::size).sum();
        }
    }

    /** @param key of a recording; those of one session come one after another */
    void add(String key) throws InterruptedException {
        Optional<SessionKey> owner = RecordingKey.session(key);
        if (owner.isEmpty()) {
            return;
        }
        if (!owner.get().equals(session)) {
            finish();
            session = owner.get();
        }
        try {
            if (adopting.catalog.isErased(session)) {
                adopting.doom(key, ObjectKind.RECORDING, true);
            } else {
                found.add(new Found(key, adopting.stored.index(key)));
            }
        } catch (StoreException e) {
            adopting.report.passedOver(key, e);
        }
    }

    /** Takes over the last session. */
    void finish() throws InterruptedException {
        List<Found> sorted = new ArrayList<>(found);
        found.clear();
        sorted.sort(Comparator.comparingLong(Found::chunks).reversed().thenComparing(Found::key));
        SessionChunks settled = new SessionChunks();
        List<Found> taken = new ArrayList<>();
        List<Found> others = new ArrayList<>();
        for (Found one : sorted) {
            if (settled.countOf(one.index()) == 0) {
                settled.addAll(one.index());
                taken.add(one);
            } else {
                others.add(one);
            }
        }
        taken.sort(Comparator.comparingInt(one -> one.index().part()));
        for (Found one : taken) {
            take(one);
        }
        for (Found one : others) {
            leave(one);
        }
    }

    private void take(Found one) throws InterruptedException {
        try {
            long bytes = adopting.stored.size(one.key());
            adopting.adoption.adoptRecording(new AdoptedRecording(
                    one.key(), adopting.objectStoreId, bytes, one.index(), List.of(), adopting.clock.millis()));
            adopting.report.counts().recordings++;
        } catch (StoreException e) {
            adopting.report.passedOver(one.key(), e);
        }
    }

    /** Some or all of its chunks are in those that were taken. Where those cannot be read, it stays as it is. */
    private void leave(Found one) throws InterruptedException {
        try {
            SessionChunks known = adopting.known(one.index().session());
            long missing = one.chunks() - known.countOf(one.index());
            if (missing > 0) {
                new TailOfRecording(adopting, one.key(), one.index()).put(known);
                adopting.report.counts().overlappingRecordings++;
            } else {
                adopting.report.counts().supersededRecordings++;
            }
            adopting.doom(one.key(), ObjectKind.RECORDING, false);
        } catch (StoreException e) {
            adopting.report.passedOver(one.key(), e);
        }
    }
}
