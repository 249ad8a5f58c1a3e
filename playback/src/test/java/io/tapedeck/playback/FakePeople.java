package io.tapedeck.playback;

import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Principal;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.By;
import io.tapedeck.store.PeopleCatalog;
import io.tapedeck.store.PeopleRefusal;
import io.tapedeck.store.PeopleRefusal.Reason;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Changes of the accounts and tokens that {@link FakeAdmin} holds, in memory. */
final class FakePeople implements PeopleCatalog {
    /** Where the next account or token is one too many. */
    volatile boolean full;

    private final List<Token> made = new ArrayList<>();
    private final FakeAdmin admin;
    private final FakeProjects trail;

    FakePeople(FakeAdmin admin, FakeProjects trail) {
        this.admin = admin;
        this.trail = trail;
    }

    @Override
    public List<Person> accounts(long now) {
        admin.check();
        return new TreeMap<>(admin.accounts)
                .values().stream()
                        .map(account -> new Person(account.name(), account.role(), logins(account.name())))
                        .toList();
    }

    @Override
    public void add(Account account, By by) {
        admin.check();
        if (account.name().startsWith("-")) {
            throw new IllegalArgumentException("an account's name begins otherwise");
        }
        requireFree(account.name());
        admin.accounts.put(account.name(), account);
        trail.record(by, "account.create", null, account.name(), null);
    }

    @Override
    public void change(String name, Role role, String passwordHash, String keptLogin, By by) {
        Account was = find(name);
        if (role == Role.VIEWER) {
            requireAnotherAdmin(name);
        }
        Account is = new Account(
                name, role == null ? was.role() : role, passwordHash == null ? was.passwordHash() : passwordHash);
        admin.accounts.put(name, is);
        if (passwordHash != null) {
            endLogins(name, keptLogin);
        }
        trail.record(by, "account.change", null, name, null);
    }

    @Override
    public boolean changeOwnPassword(String name, String formerHash, String passwordHash, String keptLogin, By by) {
        if (!find(name).passwordHash().equals(formerHash)) {
            return false;
        }
        change(name, null, passwordHash, keptLogin, by);
        return true;
    }

    @Override
    public void remove(String name, By by) {
        find(name);
        requireAnotherAdmin(name);
        admin.accounts.remove(name);
        endLogins(name, null);
        trail.record(by, "account.remove", null, name, null);
    }

    @Override
    public List<Token> tokens() {
        admin.check();
        return List.copyOf(made);
    }

    @Override
    public Token createToken(String name, Role role, String hash, By by) {
        admin.check();
        requireFree(name);
        Token token = new Token(hash.substring(0, 16), name, role, by.at());
        made.add(token);
        admin.tokens.put(hash, new Principal(name, role));
        trail.record(by, "token.create", null, name, null);
        return token;
    }

    @Override
    public void revokeToken(String id, By by) {
        admin.check();
        if (!made.removeIf(token -> token.id().equals(id))) {
            throw new StoreException(StoreErrorKind.NOT_FOUND, "no such token");
        }
        admin.tokens.keySet().removeIf(hash -> hash.startsWith(id));
        trail.record(by, "token.revoke", null, id, null);
    }

    private Account find(String name) {
        return admin.account(name).orElseThrow(() -> new StoreException(StoreErrorKind.NOT_FOUND, "no such account"));
    }

    private int logins(String name) {
        return (int) admin.logins.values().stream()
                .filter(login -> login.account().equals(name))
                .count();
    }

    private void endLogins(String name, String kept) {
        admin.logins
                .entrySet()
                .removeIf(login -> login.getValue().account().equals(name)
                        && !login.getKey().equals(kept));
    }

    private void requireFree(String name) {
        if (full) {
            throw new PeopleRefusal(Reason.TOO_MANY);
        }
        if (admin.accounts.containsKey(name)
                || made.stream().anyMatch(token -> token.name().equals(name))) {
            throw new PeopleRefusal(Reason.TAKEN);
        }
    }

    private void requireAnotherAdmin(String name) {
        boolean another = admin.accounts.values().stream()
                .anyMatch(account ->
                        account.role() == Role.ADMIN && !account.name().equals(name));
        if (!another) {
            throw new PeopleRefusal(Reason.LAST_ADMIN);
        }
    }
}
