package io.tapedeck.recorder;

import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Projects and write keys in a map; the gateway asks for nothing else. */
final class FakeAdminCatalog implements AdminCatalog {
    private final Map<String, Project> byKey = new ConcurrentHashMap<>();
    private final AtomicInteger lookups = new AtomicInteger();
    private volatile boolean down;

    void put(String key, ProjectSettings settings) {
        byKey.put(key, new Project("default", 1, "Default", settings));
    }

    void revoke(String key) {
        byKey.remove(key);
    }

    void setDown(boolean isDown) {
        down = isDown;
    }

    int lookups() {
        return lookups.get();
    }

    @Override
    public Optional<Project> projectOfKey(String writeKey) {
        lookups.incrementAndGet();
        if (down) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "the catalog is down");
        }
        return Optional.ofNullable(byKey.get(writeKey));
    }

    @Override
    public List<WriteKey> writeKeys(String project) {
        return byKey.keySet().stream()
                .sorted()
                .map(key -> new WriteKey(key, project, 0))
                .toList();
    }

    @Override
    public List<Project> projects() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Project> project(String slug) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Account> account(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Principal> principalOfToken(String tokenHash) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Principal> principalOfLogin(String secretHash, long now) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean hasAdmin() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean createLogin(String secretHash, Account account, long createdAt, long expiresAt) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void endLogin(String secretHash) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleteEndedLogins(long now) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Bootstrapped bootstrap(Bootstrap bootstrap, long now) {
        throw new UnsupportedOperationException();
    }
}
