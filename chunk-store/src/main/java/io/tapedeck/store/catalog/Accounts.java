package io.tapedeck.store.catalog;

import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Principal;
import io.tapedeck.store.AdminCatalog.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The tables {@code account}, {@code api_token} and {@code login}. Hashes only, never a secret. */
final class Accounts {
    private Accounts() {}

    static Optional<Account> byName(Transaction transaction, String name) throws SQLException {
        return transaction.first(
                "select name, role, password_hash from account where name = ?",
                row -> new Account(row.getString(1), Role.valueOf(row.getString(2)), row.getString(3)),
                name);
    }

    static Optional<Principal> byToken(Transaction transaction, String hash) throws SQLException {
        return transaction.first("select name, role from api_token where hash = ?", Accounts::principal, hash);
    }

    static Optional<Principal> byLogin(Transaction transaction, String hash, long now) throws SQLException {
        return transaction.first("""
                select a.name, a.role from login l join account a on a.name = l.account
                where l.hash = ? and l.expires_at > ?""", Accounts::principal, hash, now);
    }

    static void createLogin(Transaction transaction, String hash, String account, long createdAt, long expiresAt)
            throws SQLException {
        transaction.update(
                "insert into login (hash, account, created_at, expires_at) values (?, ?, ?, ?)",
                hash,
                account,
                createdAt,
                expiresAt);
    }

    static void endLogin(Transaction transaction, String hash) throws SQLException {
        transaction.update("delete from login where hash = ?", hash);
    }

    static void deleteEndedLogins(Transaction transaction, long now) throws SQLException {
        transaction.update("delete from login where expires_at <= ?", now);
    }

    /** Makes an account unless there is one of that name. */
    static boolean make(Transaction transaction, Account account) throws SQLException {
        return transaction.update(
                        "insert into account (name, role, password_hash) values (?, ?, ?) on conflict do nothing",
                        account.name(),
                        account.role().name(),
                        account.passwordHash())
                == 1;
    }

    /** Makes an account, in the place of one of that name. */
    static void replace(Transaction transaction, Account account) throws SQLException {
        transaction.update("delete from account where name = ?", account.name());
        make(transaction, account);
    }

    /** Makes a token unless it is there. */
    static boolean makeToken(Transaction transaction, String name, Role role, String hash, long at)
            throws SQLException {
        return transaction.update(
                        "insert into api_token (hash, name, role, created_at) values (?, ?, ?, ?) on conflict do nothing",
                        hash,
                        name,
                        role.name(),
                        at)
                == 1;
    }

    private static Principal principal(ResultSet row) throws SQLException {
        return new Principal(row.getString(1), Role.valueOf(row.getString(2)));
    }
}
