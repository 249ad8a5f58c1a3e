package io.tapedeck.playback;

import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.ViewCatalog;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** What was noted, in memory; each sight is a viewing. Of {@link Samples}' sessions it can be asked. */
final class FakeViews implements ViewCatalog {
    final List<Sight> noted = new CopyOnWriteArrayList<>();
    /** How many each call brought, also of those that failed. */
    final List<Integer> calls = new CopyOnWriteArrayList<>();

    volatile RuntimeException failure;
    /** What calls wait for before they note anything. */
    volatile CountDownLatch gate = new CountDownLatch(0);

    private final FakeAdmin admin;

    FakeViews(FakeAdmin admin) {
        this.admin = admin;
    }

    @Override
    public List<Viewing> viewings(SessionKey session) {
        admin.check();
        if (!session.equals(Samples.KNOWN) && !session.equals(Samples.UNKNOWN)) {
            throw new StoreException(StoreErrorKind.NOT_FOUND, "no such session");
        }
        return noted.stream()
                .filter(sight -> sight.session().equals(session))
                .map(sight -> new Viewing(sight.viewer(), sight.at(), sight.at(), 1))
                .toList();
    }

    @Override
    public void note(Collection<Sight> sights) {
        calls.add(sights.size());
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
        noted.addAll(sights);
    }

    @Override
    public void deleteLeftBehind() {}
}
