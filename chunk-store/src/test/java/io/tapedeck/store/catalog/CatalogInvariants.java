package io.tapedeck.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.PartBounds;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.catalog.SessionLayouts.HotRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is true of a catalog's tables after every transaction. */
final class CatalogInvariants {
    private CatalogInvariants() {}

    static void check(Transaction transaction) throws SQLException {
        assertNone(transaction, "a row of a segment that is not live", """
                select s.session_number from segment_session s
                where not exists (select 1 from object o
                    where o.number = s.segment_number and o.kind = 0 and o.state = 1)""");
        assertNone(transaction, "a live segment that nothing refers to, or that counts wrong", """
                select o.number from object o where o.kind = 0 and o.state = 1 and (o.live_sessions = 0
                    or o.live_sessions <> (select count(*) from segment_session s where s.segment_number = o.number))""");
        assertNone(transaction, "a segment of which more is live than there is", """
                select o.number from object o where o.kind = 0 and (o.live_bytes < 0 or o.live_bytes > o.block_bytes)""");
        assertNone(transaction, "a note of a segment that is gone", """
                select f.session_number from former_segment f
                where not exists (select 1 from object o where o.number = f.segment_number)""");
        assertNone(transaction, "an object of an erasure that is gone without a time", """
                select e.key from erasure_object e where e.deleted_at is null and e.maybe = 0
                    and not exists (select 1 from object o where o.key = e.key)""");
        assertNone(transaction, "a segment with an erased session that is deleted with a grace", """
                select o.number from object o where o.holds_erased = 1 and o.urgent = 0""");
        assertNone(transaction, "a recording whose object is not live", """
                select r.session_number from recording r
                where not exists (select 1 from object o where o.key = r.key and o.kind = 1 and o.state = 1)""");
        assertNone(transaction, "a live recording that nothing refers to", """
                select 1 from object o where o.kind = 1 and o.state = 1
                    and not exists (select 1 from recording r where r.key = o.key)""");
        assertNone(
                transaction,
                "a session without facts, or without its index row, or with another opinion on its being settled",
                """
                select s.number from session s left join session_index i on i.number = s.number
                where s.facts is null or i.number is null or i.settled <> s.settled or i.project <> s.project
                    or i.id <> s.id or i.last_received_at > s.last_received_at""");
        assertNone(transaction, "a session that is settled and has a tail, or neither", """
                select s.number from session s where s.settled = case when exists (
                    select 1 from segment_session h where h.session_number = s.number) then 1 else 0 end""");
        assertNone(transaction, "a marked session that the index lets expire, or one without a date of its own", """
                select s.number from session s join session_index i on i.number = s.number
                where (i.expires_at is not null and (s.pinned = 1 or s.held = 1))
                    or (i.policy_rev > 0 and i.first_received_at = 0)""");
        assertNone(transaction, "a share of a session that is gone", """
                select h.id from session_share h
                where not exists (select 1 from session s where s.number = h.session_number)""");
        assertNone(transaction, "a note about a session that is gone", """
                select n.id from session_note n
                where not exists (select 1 from session s where s.number = n.session_number)""");
        assertNone(transaction, "a view of a session that is gone", """
                select v.viewer from session_view v
                where not exists (select 1 from session s where s.number = v.session_number)""");
        assertNone(transaction, "a session with more viewers than are kept", """
                select session_number from session_view group by session_number having count(*) > 200""");
        assertNone(transaction, "journal ranges that touch", """
                select 1 from journal_range a join journal_range b on a.node = b.node and a.from_number < b.from_number
                where a.to_number >= b.from_number""");
        checkSums(transaction);
        checkLiveBytes(transaction);
    }

    /** What is live of each segment is what its sessions have of it. */
    private static void checkLiveBytes(Transaction transaction) throws SQLException {
        Map<Long, Long> live = new HashMap<>();
        transaction
                .query(
                        "select segment_number, packed from segment_session",
                        row -> Map.entry(
                                row.getLong(1), Packing.blocks(row.getBytes(2)).bytes()))
                .forEach(one -> live.merge(one.getKey(), one.getValue(), Long::sum));
        transaction
                .query(
                        "select number, live_bytes from object where kind = 0 and state = 1",
                        row -> Map.entry(row.getLong(1), row.getLong(2)))
                .forEach(segment -> assertThat(segment.getValue())
                        .as("live bytes of segment %s", segment.getKey())
                        .isEqualTo(live.get(segment.getKey())));
    }

    private static void checkSums(Transaction transaction) throws SQLException {
        record Row(long number, String facts, long bytesStored, long hotBytes, long hotSince) {}
        for (Row row : transaction.query(
                "select number, facts, bytes_stored, hot_bytes, hot_since from session",
                one -> new Row(one.getLong(1), one.getString(2), one.getLong(3), one.getLong(4), one.getLong(5)))) {
            List<SessionFacts> parts = new ArrayList<>();
            long bytes = 0;
            long weight = 0;
            for (LocatedRecording recording : SessionLayouts.recordings(transaction, row.number())) {
                parts.add(recording.index().facts());
                bytes += recording.bytes();
            }
            for (HotRow hot : SessionLayouts.hotRows(transaction, row.number())) {
                parts.add(hot.blocks().facts());
                weight += hot.blocks().blocks().stream()
                        .mapToLong(block -> PartBounds.weight(block.block()))
                        .sum();
                bytes += hot.blocks().blocks().stream()
                        .mapToLong(block -> block.block().length())
                        .sum();
            }
            SessionFacts whole = parts.stream().reduce(SessionFacts::plus).orElseThrow();
            SessionFacts kept = Packing.facts(row.facts());
            assertThat(kept.events()).isEqualTo(whole.events());
            assertThat(kept.bytesRaw()).isEqualTo(whole.bytesRaw());
            assertThat(kept.counts()).isEqualTo(whole.counts());
            assertThat(row.bytesStored()).isEqualTo(bytes);
            assertThat(row.hotBytes()).as("what is hot").isEqualTo(weight);
            assertThat(row.hotSince() == 0).as("nothing is hot").isEqualTo(weight == 0);
        }
    }

    private static void assertNone(Transaction transaction, String what, String sql) throws SQLException {
        assertThat(transaction.query(sql, row -> row.getObject(1))).as(what).isEmpty();
    }
}
