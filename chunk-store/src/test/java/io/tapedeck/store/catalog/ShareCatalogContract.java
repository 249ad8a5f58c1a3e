package io.tapedeck.store.catalog;

import static io.tapedeck.store.catalog.Samples.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.By;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.ProjectCatalog.AuditEntry;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.ShareCatalog;
import io.tapedeck.store.ShareCatalog.NewShare;
import io.tapedeck.store.ShareCatalog.Share;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link ShareCatalog} promises. */
abstract class ShareCatalogContract extends CatalogTestBase {
    private static final By BY = new By("ada", T + 1);
    private static final long WEEK = TimeUnit.DAYS.toMillis(7);
    private static final long MONTH = TimeUnit.DAYS.toMillis(30);

    private ShareCatalog shares;

    @BeforeEach
    void sessions() {
        catalog.bootstrap(new Bootstrap(List.of(), "pk", null, null), T);
        catalog.commitSegment(segment(T, holding(A, T), holding(B, T)));
        shares = catalog.catalogs().shares();
    }

    @Test
    void aShare_isFoundByTheHashOfItsSecret_untilItExpires() {
        Share made = share("one", A, T + WEEK);

        assertThat(made).isEqualTo(new Share("one", A, "ada", T + 1, T + WEEK, 4_000));
        assertThat(shares.byHash("hash-of-one", T + WEEK - 1)).contains(made);
        assertThat(shares.byHash("hash-of-one", T + WEEK)).isEmpty();
        assertThat(shares.byHash("hash-of-two", T + 2)).isEmpty();
        assertThat(shares.byHash("one", T + 2)).isEmpty();
    }

    @Test
    void shares_areListedBySession_oldestFirst_withoutThoseThatHaveEnded() {
        Share later = shares.create(new NewShare("a-later", "1", A, T + WEEK, 0), new By("ada", T + 3));
        Share first = share("first", A, T + WEEK);
        share("short", A, T + 10);
        share("others", B, T + WEEK);

        assertThat(shares.shares(A, T + 10)).containsExactly(first, later);
        assertThat(shares.shares(session("never"), T + 10)).isEmpty();
        assertThat(shares.shares(new SessionKey("other", A.session()), T + 10)).isEmpty();
    }

    @Test
    void aRevokedShare_isUnknown_andOthersStay() {
        share("one", A, T + WEEK);
        Share two = share("two", A, T + WEEK);

        shares.revoke(A, "one", BY);

        assertThat(shares.byHash("hash-of-one", T + 2)).isEmpty();
        assertThat(shares.shares(A, T + 2)).containsExactly(two);
        assertNotFound(() -> shares.revoke(A, "one", BY));
        assertNotFound(() -> shares.revoke(B, "two", BY));
        assertNotFound(() -> shares.revoke(session("never"), "two", BY));
        assertThat(shares.shares(A, T + 2)).containsExactly(two);
    }

    @Test
    void makingAndRevoking_areInTheAuditTrail_withoutTheSecret() {
        share("one", A, T + WEEK);
        shares.revoke(A, "one", new By("bob", T + 2));
        assertNotFound(() -> shares.revoke(A, "one", BY));

        List<AuditEntry> trail = catalog.catalogs().projects().audit(A.project(), 0, 10);
        assertThat(trail)
                .extracting(AuditEntry::action, AuditEntry::actor, AuditEntry::at, AuditEntry::subject)
                .containsExactly(
                        tuple("share.revoke", "bob", T + 2, A.session()),
                        tuple("share.create", "ada", T + 1, A.session()));
        assertThat(trail).extracting(AuditEntry::detail).allMatch(detail -> detail.contains("\"id\":\"one\""));
        assertThat(trail).extracting(AuditEntry::detail).noneMatch(detail -> detail.contains("hash-of-one"));
    }

    @Test
    void aSession_hasSoManySharesAtTheSameTime() {
        for (int i = 1; i < ShareCatalog.SHARES_MAX; i++) {
            share("share-" + i, A, T + WEEK);
        }
        share("short", A, T + 2);

        assertConflict(() -> share("too-many", A, T + WEEK));
        assertThat(shares.byHash("hash-of-too-many", T + 1)).isEmpty();
        share("of-another", B, T + WEEK);
        shares.create(new NewShare("in-its-place", "2", A, T + WEEK, 0), new By("ada", T + 2));
        assertThat(shares.shares(A, T + 2)).hasSize(ShareCatalog.SHARES_MAX);
    }

    @Test
    void sharesThatAreMadeAtTheSameTime_areNoMoreThanThereMayBe() throws Exception {
        for (int i = 2; i < ShareCatalog.SHARES_MAX; i++) {
            share("share-" + i, A, T + WEEK);
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Share>> tries = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String id = "at-once-" + i;
                tries.add(threads.submit(() -> share(id, A, T + WEEK)));
            }
            int refused = 0;
            for (Future<Share> one : tries) {
                try {
                    one.get(60, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    assertConflict(() -> {
                        throw e.getCause();
                    });
                    refused++;
                }
            }
            assertThat(refused).isEqualTo(6);
        } finally {
            threads.shutdownNow();
        }
        assertThat(shares.shares(A, T + 2)).hasSize(ShareCatalog.SHARES_MAX);
    }

    @Test
    void noShare_isMadeOfWhatIsNotThere() throws SQLException {
        bury(B);

        assertNotFound(() -> share("one", session("never"), T + WEEK));
        assertNotFound(() -> share("two", B, T + WEEK));
        assertThat(catalog.catalogs().projects().audit(null, 0, 10)).isEmpty();
    }

    @Test
    void shares_goWithASessionThatExpires() throws SQLException {
        share("one", A, T + 2 * MONTH);
        Share other = share("two", B, T + 2 * MONTH);
        catalog.catalogs().retention().mark(B, true, null, BY);

        assertThat(catalog.catalogs()
                        .retention()
                        .expire(List.of(A, B), T + MONTH)
                        .sessions())
                .containsExactly(A);

        assertThat(shares.byHash("hash-of-one", T + MONTH)).isEmpty();
        assertThat(ids()).containsExactly("two");
        assertThat(shares.byHash("hash-of-two", T + MONTH)).contains(other);
    }

    @Test
    void shares_goWithASessionThatIsErased() throws SQLException {
        share("one", A, T + WEEK);
        share("two", B, T + WEEK);

        ErasureCatalog erasures = catalog.catalogs().erasures();
        Erasure erasure = erasures.request(Subject.session(A), null, BY);
        assertThat(shares.byHash("hash-of-one", T + 2)).isEmpty();
        erasures.erase(erasure.id(), List.of(A), T + 2);

        assertThat(ids()).containsExactly("two");
    }

    @Test
    void aShare_ofASessionThatIsOnItsWayOut_isUnknown() throws SQLException {
        share("one", A, T + WEEK);

        bury(A);

        assertThat(shares.byHash("hash-of-one", T + 2)).isEmpty();
        assertThat(shares.shares(A, T + 2)).isEmpty();
        assertNotFound(() -> shares.revoke(A, "one", BY));
    }

    @Test
    void deleteEnded_deletesWhatHasExpired() throws SQLException {
        share("one", A, T + 10);
        share("two", A, T + 11);

        shares.deleteEnded(T + 10);

        assertThat(ids()).containsExactly("two");
    }

    @Test
    void aShareThatAnOlderProcessLeftBehind_isUnknown_andGoesWithThoseThatHaveEnded() throws SQLException {
        share("one", A, T + WEEK);
        share("two", B, T + WEEK);
        // As an older process removes a session, and as somebody comes back under its id.
        try (Connection connection = connect()) {
            new Transaction(connection).update("update session_share set session_number = -1 where id = 'one'");
        }

        assertThat(shares.byHash("hash-of-one", T + 2)).isEmpty();
        assertThat(shares.shares(A, T + 2)).isEmpty();
        shares.deleteEnded(T + 2);
        assertThat(ids()).containsExactly("two");
    }

    private Share share(String id, SessionKey session, long expiresAt) {
        return shares.create(new NewShare(id, "hash-of-" + id, session, expiresAt, 4_000), BY);
    }

    private List<String> ids() throws SQLException {
        try (Connection connection = connect()) {
            return new Transaction(connection)
                    .query("select id from session_share order by id", row -> row.getString(1));
        }
    }

    private static void assertNotFound(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.NOT_FOUND));
    }
}
