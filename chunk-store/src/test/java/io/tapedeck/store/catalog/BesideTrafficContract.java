package io.tapedeck.store.catalog;

import static io.tapedeck.store.catalog.Samples.block;
import static io.tapedeck.store.catalog.Samples.session;
import static io.tapedeck.store.catalog.Samples.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.By;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.PartBounds;
import io.tapedeck.store.ProjectCatalog.ProjectStorage;
import io.tapedeck.store.RetentionCatalog;
import io.tapedeck.store.RetentionCatalog.RetentionPreview;
import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.SessionQuery.Sort;
import io.tapedeck.store.SessionSummary;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is true of sessions of which only something that came beside a recording is known: no window yet. */
abstract class BesideTrafficContract extends CatalogTestBase {
    private static final long DAYS_30 = 30 * 86_400_000L;

    @ParameterizedTest
    @EnumSource(Sort.class)
    void aSessionWithoutAWindow_isInNoList(Sort sort) {
        commit("seen", with(T).user("u").errors(1, 0).build());
        commit("unseen", with(T + 1).beside().user("u").errors(1, 0).build());

        assertThat(ids(query().sort(sort))).containsExactly("seen");
        assertThat(ids(query().sort(sort).user("u"))).containsExactly("seen");
        assertThat(ids(query().sort(sort).hasErrors(true))).containsExactly("seen");
        assertThat(ids(query().sort(sort).q("unseen"))).isEmpty();
        assertThat(ids(query().sort(sort).minDurationMs(1L))).containsExactly("seen");
        assertThat(ids(query().sort(sort).from(T - 5_000))).containsExactly("seen");
        assertThat(catalog.layout(session("unseen"))).isPresent();
    }

    @Test
    void aSessionWithoutAWindow_isNotCountedButItsBytesAre() {
        catalog.bootstrap(new Bootstrap(List.of(), "pk", null, null), T);
        commit("seen", with(T).build());
        commit("unseen", with(T).beside().build());

        assertThat(catalog.totals().sessions()).isEqualTo(1);
        assertThat(catalog.totals().unsettledSessions()).isEqualTo(1);
        ProjectStorage storage = catalog.catalogs().projects().storage("default");
        assertThat(storage.sessions()).isEqualTo(1);
        assertThat(storage.bytesStored()).isEqualTo(200);
        RetentionPreview preview =
                catalog.catalogs().retention().preview("default", new RetentionPolicy(720, List.of()), T + DAYS_30 + 1);
        assertThat(preview.sessions()).isEqualTo(1);
        assertThat(preview.bytes()).isEqualTo(200);
    }

    @Test
    void aSessionWithoutAWindow_isNotSettled() {
        commit("unseen", with(T).beside().build());

        assertThat(lease(T + DAYS_30)).isEmpty();
    }

    @Test
    void aSessionWithoutAWindow_isNotSettledInPartsHoweverMuchItIs() {
        SessionFacts facts = with(T).beside().build();
        commit("unseen", facts);
        commit("unseen", with(T + PartBounds.DEFAULT.ageMs()).beside().build());

        assertThat(catalog.leaseSettleable("x", T + DAYS_30, 0, 0, T + DAYS_30 + 1, 10))
                .isEmpty();
    }

    @Test
    void theFirstWindow_bringsEverythingAtOnce() {
        commit("a", with(T).beside().user("u").event("signup").build());
        commit("a", with(T + 1_000).build());

        SessionSummary listed = catalog.sessions(
                        query().user("u").event("signup").build())
                .sessions()
                .get(0);
        assertThat(listed.facts().events()).isEqualTo(20);
        assertThat(listed.facts().startedAt()).isEqualTo(T - 1_000);
        assertThat(catalog.layout(A).orElseThrow().blocks()).hasSize(2);
        assertThat(lease(T + 600_000)).containsExactly(A);
        settle(A, T + 600_000);
        assertThat(ids(query())).containsExactly("a");
    }

    @Test
    void whatComesBesideLater_hidesNothing() {
        commit("a", with(T).build());
        settle(A, T + 1);
        commit("a", with(T + 1_000).beside().build());

        assertThat(ids(query())).containsExactly("a");
    }

    @Test
    void aSessionWithoutAWindow_expires() {
        catalog.bootstrap(new Bootstrap(List.of(), "pk", null, null), T);
        commit("a", with(T).beside().build());
        RetentionCatalog retention = catalog.catalogs().retention();

        assertThat(retention.expired(T + DAYS_30 - 1, 10)).isEmpty();
        assertThat(retention.expired(T + DAYS_30, 10)).containsExactly(A);
        assertThat(retention.expire(List.of(A), T + DAYS_30).sessions()).containsExactly(A);
        assertThat(catalog.layout(A)).isEmpty();
        assertThat(catalog.doomed(Long.MAX_VALUE, 10)).hasSize(1);
    }

    @Test
    void aSessionWithoutAWindow_isErasedWithItsUser() {
        commit("a", with(T).beside().user("jane").build());

        Erasure erasure =
                catalog.catalogs().erasures().request(Subject.user("default", "jane"), null, new By("x", T + 5));

        assertThat(erasure.sessions()).isEqualTo(1);
        assertThat(catalog.layout(A)).isEmpty();
        assertThat(catalog.isErased(A)).isTrue();
    }

    @Test
    void lists_areWalkedByIndexesWithoutSuchSessions() throws SQLException {
        commit("seen", with(T).build());
        try (Connection connection = connect()) {
            Transaction transaction = new Transaction(connection);
            boolean sqlite = settings().isSqlite();
            if (!sqlite) {
                // A table as empty as this one would be read from end to end.
                transaction.update("set enable_seqscan = off");
                transaction.update("set enable_bitmapscan = off");
                transaction.update("set enable_sort = off");
            }
            String plan = String.join(
                    "\n",
                    transaction.query(
                            (sqlite ? "explain query plan " : "explain ")
                                    + "select i.number from session_index i where i.project = ? and i.recorded = 1"
                                    + " order by i.started_at desc, i.id desc limit ?",
                            row -> row.getString(sqlite ? 4 : 1),
                            "default",
                            50));
            assertThat(plan).contains("session_index_started");
        }
    }

    private void commit(String id, SessionFacts facts) {
        catalog.commitSegment(segment(
                facts.lastReceivedAt(),
                new SegmentSession(session(id), facts, List.of(block(facts.lastReceivedAt(), 10)))));
    }

    private List<String> ids(SessionQuery.Builder query) {
        return catalog.sessions(query.build()).sessions().stream()
                .map(SessionSummary::key)
                .map(SessionKey::session)
                .toList();
    }

    private static SessionQuery.Builder query() {
        return SessionQuery.of("default");
    }
}
