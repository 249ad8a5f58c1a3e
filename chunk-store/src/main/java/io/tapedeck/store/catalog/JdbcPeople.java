package io.tapedeck.store.catalog;

import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.By;
import io.tapedeck.store.PeopleCatalog;
import io.tapedeck.store.PeopleRefusal;
import io.tapedeck.store.PeopleRefusal.Reason;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** {@link PeopleCatalog} over JDBC. Thread-safe. Owns nothing: it ends with its {@link JdbcCatalog}. */
final class JdbcPeople implements PeopleCatalog {
    private final Database database;

    JdbcPeople(Database database) {
        this.database = database;
    }

    @Override
    public List<Person> accounts(long now) {
        return database.read("accounts", transaction -> Accounts.people(transaction, now));
    }

    @Override
    public void add(Account account, By by) {
        PeopleRules.requireAccountName(account.name());
        database.write("addAccount", transaction -> {
            AdminRev.lock(transaction);
            requireFree(transaction, account.name());
            requireRoom(Accounts.count(transaction), ACCOUNTS_MAX);
            Accounts.make(transaction, account);
            changed(transaction, by, "account.create", account.name(), Map.of("role", account.role()));
            return null;
        });
    }

    @Override
    public void change(String name, Role role, String passwordHash, String keptLogin, By by) {
        database.write("changeAccount", transaction -> {
            AdminRev.lock(transaction);
            Account account = find(transaction, name);
            if (role != null && role != account.role()) {
                requireAnotherAdmin(transaction, account);
                Accounts.setRole(transaction, name, role);
                changed(transaction, by, "account.change", name, Map.of("role", new RoleChange(account.role(), role)));
            }
            if (passwordHash != null) {
                setPassword(transaction, name, passwordHash, keptLogin, by);
            }
            return null;
        });
    }

    @Override
    public boolean changeOwnPassword(String name, String formerHash, String passwordHash, String keptLogin, By by) {
        return database.write("changeOwnPassword", transaction -> {
            AdminRev.lock(transaction);
            if (!Accounts.lock(transaction, name, formerHash)) {
                return false;
            }
            setPassword(transaction, name, passwordHash, keptLogin, by);
            return true;
        });
    }

    @Override
    public void remove(String name, By by) {
        database.write("removeAccount", transaction -> {
            AdminRev.lock(transaction);
            Account account = find(transaction, name);
            requireAnotherAdmin(transaction, account);
            Accounts.remove(transaction, name);
            changed(transaction, by, "account.remove", name, null);
            return null;
        });
    }

    @Override
    public List<Token> tokens() {
        return database.read("tokens", Accounts::tokens);
    }

    @Override
    public Token createToken(String name, Role role, String hash, By by) {
        PeopleRules.requireTokenName(name);
        return database.write("createToken", transaction -> {
            AdminRev.lock(transaction);
            requireFree(transaction, name);
            requireRoom(Accounts.countTokens(transaction), TOKENS_MAX);
            if (!Accounts.makeToken(transaction, name, role, hash, by.at())) {
                throw new StoreException(StoreErrorKind.CONFLICT, "catalog: the token is or was in use");
            }
            Token token = new Token(Accounts.tokenId(hash), name, role, by.at());
            changed(transaction, by, "token.create", name, new TokenMade(token.id(), role));
            return token;
        });
    }

    @Override
    public void revokeToken(String id, By by) {
        database.write("revokeToken", transaction -> {
            AdminRev.lock(transaction);
            Token token = Accounts.revokeToken(transaction, id, by.at()).orElseThrow(() -> notFound("API token"));
            changed(transaction, by, "token.revoke", token.name(), Map.of("id", id));
            return null;
        });
    }

    private static void setPassword(Transaction transaction, String name, String passwordHash, String keptLogin, By by)
            throws SQLException {
        Accounts.setPassword(transaction, name, passwordHash);
        Accounts.endLogins(transaction, name, keptLogin);
        changed(transaction, by, "account.password", name, null);
    }

    private static Account find(Transaction transaction, String name) throws SQLException {
        return Accounts.byName(transaction, name).orElseThrow(() -> notFound("account"));
    }

    private static StoreException notFound(String what) {
        return new StoreException(StoreErrorKind.NOT_FOUND, "catalog: there is no such " + what);
    }

    /** {@link AdminRev} is locked, so that nobody takes the other one's role meanwhile. */
    private static void requireAnotherAdmin(Transaction transaction, Account account) throws SQLException {
        if (account.role() == Role.ADMIN && Accounts.admins(transaction) < 2) {
            throw new PeopleRefusal(Reason.LAST_ADMIN);
        }
    }

    private static void requireFree(Transaction transaction, String name) throws SQLException {
        if (PeopleRules.isReserved(name) || Accounts.names(transaction).stream().anyMatch(name::equalsIgnoreCase)) {
            throw new PeopleRefusal(Reason.TAKEN);
        }
    }

    private static void requireRoom(long count, int max) {
        if (count >= max) {
            throw new PeopleRefusal(Reason.TOO_MANY);
        }
    }

    private static void changed(Transaction transaction, By by, String action, String subject, Object detail)
            throws SQLException {
        AuditTrail.add(transaction, by, action, null, subject, detail == null ? null : AuditTrail.json(detail));
        AdminRev.raise(transaction);
    }

    /** In the audit trail, as what follows. */
    private record RoleChange(Role was, Role is) {}

    private record TokenMade(String id, Role role) {}
}
