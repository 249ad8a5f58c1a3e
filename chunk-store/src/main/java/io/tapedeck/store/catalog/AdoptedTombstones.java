package io.tapedeck.store.catalog;

import io.tapedeck.store.AdoptionCatalog.Tombstone;
import io.tapedeck.store.ErasureCatalog.SubjectKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** The tombstones of erasure, of all three kinds, read and restored. */
final class AdoptedTombstones {
    private static final String ALL = """
            select kind, project, name, at, erasure from (
                select 0 as kind, project, session as name, at, coalesce(erasure, 0) as erasure
                    from tombstone where reason = 0
                union all select 1 as kind, project, user_digest as name, at, erasure from user_tombstone
                union all select 2 as kind, slug as project, '' as name, erased_at as at, 0 as erasure
                    from project where erased_at is not null) t
            where (project, kind, name) > (?, ?, ?) order by project, kind, name limit ?""";

    private AdoptedTombstones() {}

    static List<Tombstone> after(Transaction transaction, Tombstone after, int limit) throws SQLException {
        return transaction.query(
                ALL,
                AdoptedTombstones::map,
                after == null ? "" : after.project(),
                after == null ? -1 : code(after.kind()),
                after == null ? "" : after.name(),
                limit);
    }

    /** Those that are there stay; one of expiry becomes one of erasure. */
    static void restore(Transaction transaction, Collection<Tombstone> tombstones) throws SQLException {
        for (Tombstone tombstone : tombstones) {
            switch (tombstone.kind()) {
                case SESSION ->
                    transaction.update("""
                            insert into tombstone (project, session, reason, at, erasure) values (?, ?, 0, ?, ?)
                            on conflict (project, session) do update set reason = 0, erasure = excluded.erasure
                            where tombstone.reason = 1""", tombstone.project(), tombstone.name(), tombstone.at(), tombstone.erasure());
                case USER ->
                    transaction.update("""
                            insert into user_tombstone (project, user_digest, at, erasure) values (?, ?, ?, ?)
                            on conflict (project, user_digest) do update set at = excluded.at
                            where user_tombstone.at < excluded.at""", tombstone.project(), tombstone.name(), tombstone.at(), tombstone.erasure());
                case PROJECT -> Projects.bury(transaction, tombstone.project(), tombstone.at());
            }
            // No later erasure may have the number of one that made a tombstone.
            transaction.update(
                    "update counter set next_number = ? where name = 'erasure' and next_number <= ?",
                    tombstone.erasure() + 1,
                    tombstone.erasure());
        }
    }

    private static Tombstone map(ResultSet row) throws SQLException {
        return new Tombstone(kind(row.getInt(1)), row.getString(2), row.getString(3), row.getLong(4), row.getLong(5));
    }

    private static SubjectKind kind(int code) {
        return switch (code) {
            case 0 -> SubjectKind.SESSION;
            case 1 -> SubjectKind.USER;
            default -> SubjectKind.PROJECT;
        };
    }

    private static int code(SubjectKind kind) {
        return switch (kind) {
            case SESSION -> 0;
            case USER -> 1;
            case PROJECT -> 2;
        };
    }
}
