package io.tapedeck.store;

import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Role;
import java.util.List;

/**
 * Who may come in: accounts and API tokens. Each change is written to the audit trail in the same transaction. Blocks, is
 * thread-safe and fails as {@link Catalog} does; each method is one transaction.
 *
 * <p>There is always an account that is an admin: of several changes at a time that would together take the last one, one is
 * refused. A name is one account's or one token's at a time, without regard to case, so that the audit trail says who it was.
 */
public interface PeopleCatalog {
    int ACCOUNTS_MAX = 1_000;
    int TOKENS_MAX = 1_000;

    /** All accounts by name, with the logins that have not ended at {@code now}. */
    List<Person> accounts(long now);

    /**
     * Adds an account.
     *
     * @throws IllegalArgumentException saying what is wrong with the name
     * @throws PeopleRefusal TAKEN, TOO_MANY
     */
    void add(Account account, By by);

    /**
     * Gives an account another role or another password. Another password ends its logins.
     *
     * @param role null: as it is
     * @param passwordHash Argon2id in its encoded form; null: as it is
     * @param keptLogin hash of the one login that goes on, or null
     * @throws StoreException NOT_FOUND if there is no such account
     * @throws PeopleRefusal LAST_ADMIN
     */
    void change(String name, Role role, String passwordHash, String keptLogin, By by);

    /**
     * Gives an account another password and ends its logins, if its password is still the one that was asked for.
     *
     * @param formerHash what is stored of the password that was asked for
     * @param keptLogin hash of the one login that goes on, or null
     * @return false, and nothing is changed, if the account is gone or has another password by now
     */
    boolean changeOwnPassword(String name, String formerHash, String passwordHash, String keptLogin, By by);

    /**
     * Removes an account with its logins.
     *
     * @throws StoreException NOT_FOUND if there is no such account
     * @throws PeopleRefusal LAST_ADMIN
     */
    void remove(String name, By by);

    /** The API tokens that are not revoked, oldest first. */
    List<Token> tokens();

    /**
     * Makes an API token.
     *
     * @param hash of the token: SHA-256 as hex
     * @throws IllegalArgumentException saying what is wrong with the name
     * @throws PeopleRefusal TAKEN, TOO_MANY
     */
    Token createToken(String name, Role role, String hash, By by);

    /** Revokes an API token for good. There is no such token: NOT_FOUND. */
    void revokeToken(String id, By by);

    /** An account as admins see it. */
    record Person(String name, Role role, int logins) {}

    /** @param id the beginning of its hash, which tells nobody the token */
    record Token(String id, String name, Role role, long createdAt) {}
}
