package io.tapedeck.store.catalog;

import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.AdminCatalog.WriteKey;
import io.tapedeck.store.AdminState;
import io.tapedeck.store.AdminState.ApiToken;
import io.tapedeck.store.AdminState.Mark;
import io.tapedeck.store.SessionKey;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** What admins have made, read as a whole and restored. */
final class AdminStates {
    private AdminStates() {}

    static long rev(Transaction transaction) throws SQLException {
        return transaction.number("select next_number from counter where name = 'admin'");
    }

    static AdminState read(Transaction transaction) throws SQLException {
        return new AdminState(
                rev(transaction),
                Projects.all(transaction),
                transaction.query("""
                        select k.key, k.project, k.created_at from write_key k join project p on p.slug = k.project
                        where k.revoked_at is null and p.erased_at is null order by k.created_at, k.key""", row -> new WriteKey(row.getString(1), row.getString(2), row.getLong(3))),
                transaction.query(
                        "select name, role, password_hash from account order by name",
                        row -> new Account(row.getString(1), Role.valueOf(row.getString(2)), row.getString(3))),
                transaction.query(
                        "select hash, name, role, created_at from api_token order by created_at, hash",
                        row -> new ApiToken(
                                row.getString(1), row.getString(2), Role.valueOf(row.getString(3)), row.getLong(4))),
                marks(transaction),
                transaction.query(
                        "select slug from project where erased_at is not null order by slug", row -> row.getString(1)));
    }

    private static List<Mark> marks(Transaction transaction) throws SQLException {
        return transaction.query(
                "select project, id, pinned, held from session where pinned = 1 or held = 1 order by project, id",
                row -> new Mark(
                        new SessionKey(row.getString(1), row.getString(2)), row.getInt(3) == 1, row.getInt(4) == 1));
    }

    static void restore(Transaction transaction, AdminState state) throws SQLException {
        AdminRev.lock(transaction);
        for (Project project : state.projects()) {
            Projects.replace(transaction, project);
        }
        for (String slug : state.erasedProjects()) {
            Projects.bury(transaction, slug, 0);
        }
        for (WriteKey key : state.keys()) {
            Projects.makeKey(transaction, key);
        }
        for (Account account : state.accounts()) {
            Accounts.replace(transaction, account);
        }
        for (ApiToken token : state.tokens()) {
            Accounts.makeToken(transaction, token.name(), token.role(), token.hash(), token.createdAt());
        }
        // The next change makes a snapshot that is newer than the one restored.
        transaction.update(
                "update counter set next_number = ? where name = 'admin' and next_number < ?",
                state.rev(),
                state.rev());
    }

    static void mark(Transaction transaction, Collection<Mark> marks) throws SQLException {
        transaction.batch(
                "update session set pinned = ?, held = ? where project = ? and id = ?",
                marks.stream()
                        .map(mark -> new Object[] {
                            mark.pinned() ? 1 : 0,
                            mark.held() ? 1 : 0,
                            mark.session().project(),
                            mark.session().session()
                        })
                        .toList());
        transaction.batch(
                "update session_index set expires_at = null where project = ? and id = ?",
                marks.stream()
                        .map(mark -> new Object[] {
                            mark.session().project(), mark.session().session()
                        })
                        .toList());
    }
}
