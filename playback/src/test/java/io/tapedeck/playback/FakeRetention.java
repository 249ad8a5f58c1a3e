package io.tapedeck.playback;

import io.tapedeck.store.By;
import io.tapedeck.store.RetentionCatalog.Removed;
import io.tapedeck.store.RetentionCatalog.RetentionPreview;
import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;

/** Retention that remembers what it was asked. See {@link Partly}. */
final class FakeRetention {
    volatile RetentionPolicy previewed;
    volatile Mark marked;
    private final FakeAdmin admin;

    record Mark(SessionKey session, Boolean pinned, Boolean held, String actor) {}

    FakeRetention(FakeAdmin admin) {
        this.admin = admin;
    }

    public RetentionPreview preview(String project, RetentionPolicy policy, long now) {
        admin.check();
        previewed = policy;
        return new RetentionPreview(312, 1_200_000_000, 40, 500);
    }

    public void mark(SessionKey session, Boolean pinned, Boolean held, By by) {
        admin.check();
        if (!session.equals(Samples.KNOWN)) {
            throw new StoreException(StoreErrorKind.NOT_FOUND, "no such session");
        }
        marked = new Mark(session, pinned, held, by.actor());
    }

    public Removed removed(String project) {
        admin.check();
        return new Removed(100, 2_000, 3, 400);
    }
}
