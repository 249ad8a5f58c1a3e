package io.tapedeck.store.catalog;

import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Principal;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.PeopleCatalog.Person;
import io.tapedeck.store.PeopleCatalog.Token;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The tables {@code account}, {@code api_token}, {@code revoked_token} and {@code login}. Hashes only, never a secret.
 */
final class Accounts {
    /** 64 bits: two tokens never share them. */
    private static final int TOKEN_ID_LENGTH = 16;

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

    /**
     * Makes a login, and locks its account: whoever changes its password or removes it finds this login afterwards.
     *
     * @return false if the account is gone or has another password than the one that was asked for
     */
    static boolean createLogin(Transaction transaction, String hash, Account account, long createdAt, long expiresAt)
            throws SQLException {
        return lock(transaction, account.name(), account.passwordHash())
                && transaction.update(
                                "insert into login (hash, account, created_at, expires_at) values (?, ?, ?, ?)",
                                hash,
                                account.name(),
                                createdAt,
                                expiresAt)
                        == 1;
    }

    /** Locks an account if it has this password; false if it has not. */
    static boolean lock(Transaction transaction, String name, String passwordHash) throws SQLException {
        return transaction.update(
                        "update account set password_hash = password_hash where name = ? and password_hash = ?",
                        name,
                        passwordHash)
                == 1;
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

    /** Makes a token unless it is there or was revoked. */
    static boolean makeToken(Transaction transaction, String name, Role role, String hash, long at)
            throws SQLException {
        return transaction.number("select count(*) from revoked_token where hash = ?", hash) == 0
                && transaction.update(
                                "insert into api_token (hash, name, role, created_at) values (?, ?, ?, ?) on conflict do nothing",
                                hash,
                                name,
                                role.name(),
                                at)
                        == 1;
    }

    static List<Person> people(Transaction transaction, long now) throws SQLException {
        return transaction.query(
                """
                select a.name, a.role, count(l.hash)
                from account a left join login l on l.account = a.name and l.expires_at > ?
                group by a.name, a.role order by lower(a.name), a.name""", row -> new Person(row.getString(1), Role.valueOf(row.getString(2)), row.getInt(3)), now);
    }

    static long count(Transaction transaction) throws SQLException {
        return transaction.number("select count(*) from account");
    }

    static long admins(Transaction transaction) throws SQLException {
        return transaction.number("select count(*) from account where role = ?", Role.ADMIN.name());
    }

    /** Names of accounts and tokens. */
    static List<String> names(Transaction transaction) throws SQLException {
        return transaction.query("select name from account union select name from api_token", row -> row.getString(1));
    }

    static void setRole(Transaction transaction, String name, Role role) throws SQLException {
        transaction.update("update account set role = ? where name = ?", role.name(), name);
    }

    static void setPassword(Transaction transaction, String name, String passwordHash) throws SQLException {
        transaction.update("update account set password_hash = ? where name = ?", passwordHash, name);
    }

    /** Removes an account and then its logins: one that is being made is waited for, as it holds the account. */
    static void remove(Transaction transaction, String name) throws SQLException {
        transaction.update("delete from account where name = ?", name);
        endLogins(transaction, name, null);
    }

    /** @param kept hash of the one that goes on, or null */
    static void endLogins(Transaction transaction, String account, String kept) throws SQLException {
        transaction.update("delete from login where account = ? and hash <> ?", account, kept == null ? "" : kept);
    }

    static List<Token> tokens(Transaction transaction) throws SQLException {
        return transaction.query(
                "select hash, name, role, created_at from api_token order by created_at, hash", Accounts::token);
    }

    static long countTokens(Transaction transaction) throws SQLException {
        return transaction.number("select count(*) from api_token");
    }

    /** Revokes a token for good; empty if there is none with this id. */
    static Optional<Token> revokeToken(Transaction transaction, String id, long at) throws SQLException {
        Optional<String> hash = transaction.first(
                "select hash from api_token where substr(hash, 1, " + TOKEN_ID_LENGTH + ") = ?",
                row -> row.getString(1),
                id);
        if (hash.isEmpty()) {
            return Optional.empty();
        }
        transaction.update(
                "insert into revoked_token (hash, revoked_at) values (?, ?) on conflict do nothing", hash.get(), at);
        return transaction.first(
                "delete from api_token where hash = ? returning hash, name, role, created_at",
                Accounts::token,
                hash.get());
    }

    static String tokenId(String hash) {
        return hash.length() <= TOKEN_ID_LENGTH ? hash : hash.substring(0, TOKEN_ID_LENGTH);
    }

    private static Token token(ResultSet row) throws SQLException {
        return new Token(tokenId(row.getString(1)), row.getString(2), Role.valueOf(row.getString(3)), row.getLong(4));
    }

    private static Principal principal(ResultSet row) throws SQLException {
        return new Principal(row.getString(1), Role.valueOf(row.getString(2)));
    }
}
