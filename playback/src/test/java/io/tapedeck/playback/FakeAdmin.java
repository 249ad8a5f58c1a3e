package io.tapedeck.playback;

import io.tapedeck.store.AdminCatalog;
import io.vertx.core.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What admins set, in memory. It insists on being called off the event loops. */
final class FakeAdmin implements AdminCatalog {
    final Map<String, Account> accounts = new ConcurrentHashMap<>();
    final Map<String, Principal> tokens = new ConcurrentHashMap<>();
    final Map<String, Login> logins = new ConcurrentHashMap<>();
    final List<WriteKey> keys = new CopyOnWriteArrayList<>();
    final AtomicInteger lookUps = new AtomicInteger();
    volatile RuntimeException failure;

    record Login(String account, long expiresAt) {}

    final Map<String, Project> projects = new ConcurrentSkipListMap<>();
    final Set<String> erasedProjects = ConcurrentHashMap.newKeySet();

    FakeAdmin() {
        projects.put("default", new Project("default", 1, "Default", ProjectSettings.DEFAULT));
        projects.put("shop", new Project("shop", 2, "Shop <&>", ProjectSettings.DEFAULT));
    }

    @Override
    public List<Project> projects() {
        check();
        return List.copyOf(projects.values());
    }

    @Override
    public Optional<Project> project(String slug) {
        return projects().stream()
                .filter(project -> project.slug().equals(slug))
                .findFirst();
    }

    @Override
    public Optional<Project> projectOfKey(String writeKey) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<WriteKey> writeKeys(String project) {
        check();
        return keys.stream().filter(key -> key.project().equals(project)).toList();
    }

    @Override
    public Optional<Account> account(String name) {
        check();
        return Optional.ofNullable(accounts.get(name));
    }

    @Override
    public Optional<Principal> principalOfToken(String tokenHash) {
        check();
        lookUps.incrementAndGet();
        return Optional.ofNullable(tokens.get(tokenHash));
    }

    @Override
    public Optional<Principal> principalOfLogin(String secretHash, long now) {
        check();
        lookUps.incrementAndGet();
        return Optional.ofNullable(logins.get(secretHash))
                .filter(login -> login.expiresAt() > now)
                .map(login -> accounts.get(login.account()))
                .map(account -> new Principal(account.name(), account.role()));
    }

    @Override
    public boolean hasAdmin() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean createLogin(String secretHash, Account account, long createdAt, long expiresAt) {
        check();
        if (!account.equals(accounts.get(account.name()))) {
            return false;
        }
        logins.put(secretHash, new Login(account.name(), expiresAt));
        return true;
    }

    @Override
    public void endLogin(String secretHash) {
        check();
        logins.remove(secretHash);
    }

    @Override
    public void deleteEndedLogins(long now) {
        check();
        logins.values().removeIf(login -> login.expiresAt() <= now);
    }

    @Override
    public Bootstrapped bootstrap(Bootstrap bootstrap, long now) {
        throw new UnsupportedOperationException();
    }

    /** Called by every fake of a seam of the catalog. */
    void check() {
        if (Context.isOnEventLoopThread()) {
            throw new AssertionError("the catalog blocks and must not be called from an event loop");
        }
        if (failure != null) {
            throw failure;
        }
    }
}
