package io.tapedeck.store.catalog;

import io.tapedeck.store.AdoptionCatalog.Making;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What says that a catalog is not whole yet: a row among the counters, which is there for as long as the catalog is being
 * made. Its number tells by what.
 */
final class MakingMark {
    private static final String NAME = "making";

    private static final int REINDEX = 1;
    private static final int RESTORE = 2;

    private MakingMark() {}

    static void set(Transaction transaction, Making making) throws SQLException {
        transaction.update(
                "insert into counter (name, next_number) values (?, ?)"
                        + " on conflict (name) do update set next_number = excluded.next_number",
                NAME,
                code(making));
    }

    static void clear(Transaction transaction) throws SQLException {
        transaction.update("delete from counter where name = ?", NAME);
    }

    static Optional<Making> find(Transaction transaction) throws SQLException {
        List<Making> found = transaction.query(
                "select next_number from counter where name = ?",
                row -> row.getInt(1) == RESTORE ? Making.RESTORE : Making.REINDEX,
                NAME);
        return found.stream().findFirst();
    }

    private static int code(Making making) {
        return switch (making) {
            case REINDEX -> REINDEX;
            case RESTORE -> RESTORE;
        };
    }
}
