package io.tapedeck.playback;

import io.tapedeck.store.By;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.ShareCatalog;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Shares of {@link Samples}' sessions, in memory, by the hashes of their secrets. */
final class FakeShares implements ShareCatalog {
    final Map<String, Share> byHash = new ConcurrentSkipListMap<>();
    private final FakeAdmin admin;
    private final FakeProjects projects;

    FakeShares(FakeAdmin admin, FakeProjects projects) {
        this.admin = admin;
        this.projects = projects;
    }

    @Override
    public List<Share> shares(SessionKey session, long now) {
        admin.check();
        return byHash.values().stream()
                .filter(share -> share.session().equals(session) && share.expiresAt() > now)
                .toList();
    }

    @Override
    public Share create(NewShare share, By by) {
        admin.check();
        if (!share.session().equals(Samples.KNOWN)) {
            throw new StoreException(StoreErrorKind.NOT_FOUND, "no such session");
        }
        if (byHash.size() >= SHARES_MAX) {
            throw new StoreException(StoreErrorKind.CONFLICT, "too many");
        }
        Share made = new Share(share.id(), share.session(), by.actor(), by.at(), share.expiresAt(), share.startMs());
        byHash.put(share.hash(), made);
        projects.record(
                by, "share.create", share.session().project(), share.session().session(), null);
        return made;
    }

    @Override
    public void revoke(SessionKey session, String id, By by) {
        admin.check();
        if (!byHash.values()
                .removeIf(share -> share.id().equals(id) && share.session().equals(session))) {
            throw new StoreException(StoreErrorKind.NOT_FOUND, "no such share");
        }
        projects.record(by, "share.revoke", session.project(), session.session(), null);
    }

    @Override
    public Optional<Share> byHash(String hash, long now) {
        admin.check();
        return Optional.ofNullable(byHash.get(hash)).filter(share -> share.expiresAt() > now);
    }

    @Override
    public void deleteEnded(long now) {
        admin.check();
        byHash.values().removeIf(share -> share.expiresAt() <= now);
    }
}
