package io.tapedeck.store.catalog;

import io.tapedeck.store.AdoptionCatalog.AdoptedRecording;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.RecordingCommit;
import io.tapedeck.store.PartBounds;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Takes over one recording that is in the object store, within one transaction: its session is made if absent. */
final class RecordingAdoption {
    private final Transaction transaction;
    private final AdoptedRecording recording;
    private final PartBounds parts;
    private final SessionKey session;

    RecordingAdoption(Transaction transaction, AdoptedRecording recording, PartBounds parts) {
        this.transaction = transaction;
        this.recording = recording;
        this.parts = parts;
        this.session = recording.index().session();
    }

    /** @param unusedNumber becomes the session's, should there be none yet */
    void run(long unusedNumber) throws SQLException {
        if (!ObjectLedger.adopt(
                transaction, recording.key(), ObjectKind.RECORDING, recording.store(), 0, recording.at())) {
            return;
        }
        if (isGone()) {
            ObjectLedger.doomIntent(transaction, recording.key(), recording.at());
            transaction.update("update object set urgent = 1 where key = ?", recording.key());
            return;
        }
        int generation = transaction
                .first("""
                        insert into session (number, project, id, rev) values (?, ?, ?, 1)
                        on conflict (project, id) do update set rev = session.rev returning generation""", row -> row.getInt(1), unusedNumber, session.project(), session.session())
                .orElseThrow();
        RecordingCommit commit = new RecordingCommit(
                recording.key(),
                generation,
                recording.bytes(),
                recording.index(),
                List.of(),
                recording.superseded(),
                recording.at());
        new Settling(transaction, session, generation, recording.at(), parts).commit(commit);
    }

    /** The session, a user it carries, or its project is erased. */
    private boolean isGone() throws SQLException {
        if (Tombstones.covers(transaction, session)) {
            return true;
        }
        SessionFacts facts = recording.index().facts();
        return Tombstones.ofUsers(transaction, Map.of(session, facts)).values().stream()
                .anyMatch(user -> facts.firstReceivedAt() <= user.at());
    }
}
