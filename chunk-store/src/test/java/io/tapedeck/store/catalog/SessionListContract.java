package io.tapedeck.store.catalog;

import static io.tapedeck.store.catalog.Samples.block;
import static io.tapedeck.store.catalog.Samples.facts;
import static io.tapedeck.store.catalog.Samples.session;
import static io.tapedeck.store.catalog.Samples.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionPage;
import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.SessionQuery.Sort;
import io.tapedeck.store.SessionSummary;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link io.tapedeck.store.Catalog#sessions} promises. */
abstract class SessionListContract extends CatalogTestBase {
    @Test
    void sessions_areListedByStart_lastFirst() {
        commit("old", with(T).build());
        commit("new", with(T + 10).build());

        assertThat(ids(query("default"))).containsExactly("new", "old");
        assertThat(ids(query("other"))).isEmpty();
    }

    @Test
    void aRow_showsTheSessionAsItIsNow() {
        commit("a", with(T).build());
        catalog.bootstrap(new Bootstrap(List.of(), "pk", null, null), T);
        commit("a", with(T + 1_000).build());

        SessionSummary live = list(query("default")).sessions().get(0);
        assertThat(live.key()).isEqualTo(A);
        assertThat(live.facts()).isEqualTo(facts(T).plus(facts(T + 1_000)));
        assertThat(live.rev()).isEqualTo(2);
        assertThat(live.settled()).isFalse();
        assertThat(live.activeMs()).isNull();
        assertThat(live.bytesStored()).isEqualTo(200);
        assertThat(live.pinned()).isFalse();
        assertThat(live.expiresAt()).isEqualTo(T + 30 * 86_400_000L);

        settle(A, T + 2_000);

        SessionSummary settled = list(query("default")).sessions().get(0);
        assertThat(settled.settled()).isTrue();
        assertThat(settled.activeMs()).isEqualTo(700);
        assertThat(settled.bytesStored()).isEqualTo(555);
    }

    @Test
    void anErasedSession_isNotListed() throws SQLException {
        commit("a", with(T).build());
        commit("b", with(T).build());
        bury(A);

        assertThat(ids(query("default"))).containsExactly("b");
        assertThat(ids(query("default").q("a"))).isEmpty();
    }

    @Test
    void aSessionWhoseFactsAreDamaged_isMissing_andTheOthersAreListed() throws SQLException {
        commit("a", with(T).user("ann").build());
        commit("b", with(T + 1).user("ann").build());
        commit("c", with(T + 2).user("ann").build());
        String sound = damageFacts(session("b"));

        assertThat(ids(query("default").user("ann"))).containsExactly("c", "a");
        assertThat(damagedRows()).isEqualTo(1);

        SessionPage first = list(query("default").limit(2));
        assertThat(ids(first)).containsExactly("c");
        assertThat(ids(query("default").limit(2).cursor(first.nextCursor()))).containsExactly("a");

        repairFacts(session("b"), sound);
    }

    @ParameterizedTest
    @EnumSource(Sort.class)
    void eachOrder_isKeptOverPages_alsoAmongEquals(Sort sort) {
        for (int i = 0; i < 20; i++) {
            SessionFacts facts = with(T + i)
                    .time(T + i / 4, T + 1_000 + (i * 7) % 5)
                    .errors(i % 3, i % 2)
                    .build();
            commit("s" + (char) ('a' + (i * 11) % 20), facts);
        }
        List<SessionSummary> whole = list(query("default").sort(sort).limit(50)).sessions();

        List<SessionSummary> paged = new ArrayList<>();
        SessionPage page = list(query("default").sort(sort).limit(3));
        paged.addAll(page.sessions());
        while (page.nextCursor() != null) {
            page = list(query("default").sort(sort).limit(3).cursor(page.nextCursor()));
            paged.addAll(page.sessions());
        }

        assertThat(whole).hasSize(20).isSortedAccordingTo((a, b) -> {
            int byValue = Long.compare(sortValue(sort, a), sortValue(sort, b));
            int ascending = byValue != 0 ? byValue : a.key().compareTo(b.key());
            return sort == Sort.STARTED_AT_ASC ? ascending : -ascending;
        });
        assertThat(paged).isEqualTo(whole);
    }

    private static long sortValue(Sort sort, SessionSummary session) {
        SessionFacts facts = session.facts();
        return switch (sort) {
            case STARTED_AT_DESC, STARTED_AT_ASC -> facts.startedAt();
            case LAST_EVENT_AT_DESC -> facts.lastEventAt();
            case DURATION_DESC -> facts.lastEventAt() - facts.startedAt();
            case ERRORS_DESC -> facts.counts().errors() + facts.counts().consoleErrors();
        };
    }

    @Test
    void sessionsThatAppearBetweenPages_shiftNothing() {
        IntStream.range(0, 6).forEach(i -> commit("s" + i, with(T + i).build()));

        SessionPage first = list(query("default").limit(3));
        commit("newer", with(T + 100).build());
        SessionPage second = list(query("default").limit(3).cursor(first.nextCursor()));

        assertThat(ids(first)).containsExactly("s5", "s4", "s3");
        assertThat(ids(second)).containsExactly("s2", "s1", "s0");
        assertThat(second.nextCursor()).isNull();
    }

    @Test
    void aCursor_belongsToItsFilterAndSort() {
        IntStream.range(0, 3).forEach(i -> commit("s" + i, with(T + i).build()));
        String cursor = list(query("default").limit(1)).nextCursor();

        assertThat(list(query("default").limit(2).cursor(cursor)).sessions()).hasSize(2);
        assertRefused(query("default").sort(Sort.STARTED_AT_ASC).cursor(cursor));
        assertRefused(query("default").user("u").cursor(cursor));
        assertRefused(query("other").cursor(cursor));
        assertRefused(query("default").cursor("nonsense!"));
        assertRefused(query("default").cursor(""));
        assertRefused(query("default")
                .cursor(new ListCursor(T, "s\0").encode(query("default").build())));
        assertRefused(query("default").limit(0));
        assertRefused(query("default").limit(201));
    }

    @Test
    void byStart_isHalfOpen() {
        IntStream.range(0, 4)
                .forEach(i -> commit("s" + i, with(T).time(T + i, T + 9).build()));

        assertThat(ids(query("default").from(T + 1).to(T + 3))).containsExactly("s2", "s1");
        assertThat(ids(query("default").from(T + 2))).containsExactly("s3", "s2");
        assertThat(ids(query("default").to(T + 1))).containsExactly("s0");
        assertThat(ids(query("default").from(T + 1).to(T + 3).sort(Sort.DURATION_DESC)))
                .containsExactly("s1", "s2");
    }

    @Test
    void byUser_findsEveryUserTheSessionEverCarried_exactly() {
        commit("a", with(T).user("ann@example.com").build());
        commit("a", with(T + 1).user("bob").build());
        commit("b", with(T + 2).user("bob").build());
        commit("c", with(T + 3).user("Bob").build());

        assertThat(ids(query("default").user("ann@example.com"))).containsExactly("a");
        assertThat(ids(query("default").user("bob"))).containsExactly("b", "a");
        assertThat(ids(query("default").user("bo"))).isEmpty();
    }

    @Test
    void byUrl_findsPartOfAnyPageVisited() {
        commit(
                "a",
                with(T).urls("https://a.test/start", "https://a.test/Cart_100%?x=***")
                        .build());
        commit("b", with(T + 1).urls("https://a.test/start").build());

        assertThat(ids(query("default").url("/cart"))).containsExactly("a");
        assertThat(ids(query("default").url("cart_100%?"))).containsExactly("a");
        assertThat(ids(query("default").url("cart_1__"))).isEmpty();
        assertThat(ids(query("default").url("a%start"))).isEmpty();
        assertThat(ids(query("default").url("start"))).containsExactly("b", "a");
    }

    @Test
    void aNulCharacter_isNoEndOfTheText() {
        commit(
                "a",
                with(T).urls("https://a.test/x")
                        .client("Chrome 156", "Linux", null, null)
                        .user("ann")
                        .build());

        assertThat(ids(query("default").url("/x\0"))).isEmpty();
        assertThat(ids(query("default").q("ann\0"))).isEmpty();
        assertThat(ids(query("default").browser("chrome 156\0"))).isEmpty();
        assertThat(ids(query("default").os("linux\0"))).isEmpty();
        assertThat(ids(query("default").user("ann\0"))).isEmpty();
    }

    @Test
    void whatIsNew_isFoundAtOnce() {
        commit("a", with(T).build());
        commit(
                "a",
                with(T + 1)
                        .urls("https://a.test/x")
                        .user("u")
                        .tag("k", "v")
                        .event("e")
                        .errors(1, 0)
                        .build());

        assertThat(ids(query("default")
                        .url("/x")
                        .user("u")
                        .tag("k", "v")
                        .event("e")
                        .hasErrors(true)))
                .containsExactly("a");
        assertThat(ids(query("default").hasErrors(false))).isEmpty();
    }

    @Test
    void byClient() {
        commit("a", with(T).client("Chrome 156", "Windows 11", "desktop", "DE").build());
        commit("b", with(T + 1).client("Firefox 153", "Linux", "desktop", "AT").build());
        commit(
                "c",
                with(T + 2)
                        .client("Chrome Mobile 156", "Android 16", "mobile", "DE")
                        .build());

        assertThat(ids(query("default").browser("chrome"))).containsExactly("c", "a");
        assertThat(ids(query("default").browser("CHROME 1"))).containsExactly("a");
        assertThat(ids(query("default").browser("fox"))).isEmpty();
        assertThat(ids(query("default").os("lin"))).containsExactly("b");
        assertThat(ids(query("default").device("desktop"))).containsExactly("b", "a");
        assertThat(ids(query("default").device("desk"))).isEmpty();
        assertThat(ids(query("default").country("DE"))).containsExactly("c", "a");
        assertThat(ids(query("default").country("DE").device("mobile"))).containsExactly("c");
    }

    @Test
    void byWhatHappened() {
        commit("calm", with(T).build());
        commit("error", with(T + 1).errors(1, 0).event("paid").build());
        commit("console", with(T + 2).errors(0, 1).event("paid twice").build());
        commit("rage", with(T + 3).rageClicks(2).build());
        commit("long", with(T + 4).time(T, T + 60_000).build());

        assertThat(ids(query("default").hasErrors(true))).containsExactly("console", "error");
        assertThat(ids(query("default").hasErrors(false))).containsExactly("long", "rage", "calm");
        assertThat(ids(query("default").rage(true))).containsExactly("rage");
        assertThat(ids(query("default").rage(false))).containsExactly("long", "console", "error", "calm");
        assertThat(ids(query("default").event("paid"))).containsExactly("error");
        assertThat(ids(query("default").minDurationMs(60_000L))).containsExactly("long");
        assertThat(ids(query("default").minDurationMs(60_001L))).isEmpty();
    }

    @Test
    void byTag_asksForNameAndValue() {
        commit("a", with(T).tag("plan", "pro").build());
        commit("b", with(T + 1).tag("plan", "free").tag("pro", "plan").build());

        assertThat(ids(query("default").tag("plan", "pro"))).containsExactly("a");
        assertThat(ids(query("default").tag("plan", "basic"))).isEmpty();
    }

    @Test
    void aTag_isFoundWhicheverColonEndsItsName() {
        commit("name", with(T).tag("app:plan:kind", "pro").build());
        commit("value", with(T + 1).tag("app", "plan:kind:pro").build());
        commit("both", with(T + 2).tag("app:plan", "kind:pro").build());
        commit("other", with(T + 3).tag("app", "plan").tag("kind", "pro").build());

        assertThat(ids(query("default").tag("app", "plan:kind:pro")))
                .containsExactlyInAnyOrder("name", "value", "both");
        assertThat(ids(query("default").tag("app:plan:kind", "pro"))).containsExactly("name");
        assertThat(ids(query("default").tag("app", "plan"))).containsExactly("other");
    }

    @Test
    void byText_looksAtIdsUsersEntriesAndTagValues() {
        commit("one-Needle-1", with(T).build());
        commit("two", with(T + 1).user("needle@example.com").build());
        commit("three", with(T + 2).urls("https://a.test/NEEDLE").build());
        commit("four", with(T + 3).tag("k", "a needle").build());
        commit("five", with(T + 4).tag("needle", "v").build());
        commit(
                "six",
                with(T + 5).urls("https://a.test/", "https://a.test/needle").build());

        assertThat(ids(query("default").q("needle"))).containsExactly("four", "three", "two", "one-Needle-1");
        assertThat(ids(query("default").q("needle").limit(2))).containsExactly("four", "three");
        assertThat(ids(query("default").q("five"))).containsExactly("five");
        assertThat(ids(query("other").q("needle"))).isEmpty();
    }

    @Test
    void settling_correctsWhatASessionIsFoundBy() {
        commit("a", with(T).client("Old 1", null, null, null).user("u").build());
        SessionFacts known = with(T).client("New 2", null, null, null)
                .user("u")
                .rageClicks(1)
                .build();
        catalog.commitRecording(recordingOf(A, Samples.recording(A, 0, known), T + 1));

        assertThat(ids(query("default").browser("old"))).isEmpty();
        assertThat(ids(query("default").browser("new").user("u").rage(true))).containsExactly("a");
    }

    @Test
    void filters_agreeWhetherFewOrManyMatch() {
        int many = 5_050;
        List<SegmentSession> sessions = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            SessionFacts facts = with(T + i)
                    .event("often")
                    .event(i % 1_000 == 0 ? "rare" : "often")
                    .urls(i % 1_500 == 0 ? "https://a.test/needle" : "https://a.test/")
                    .build();
            sessions.add(new SegmentSession(session("s" + i), facts, List.of(block(T, 10))));
        }
        catalog.commitSegment(segment(T, sessions.toArray(SegmentSession[]::new)));

        assertThat(ids(query("default").event("often").limit(2))).containsExactly("s5049", "s5048");
        assertThat(ids(query("default").event("often").url("a.test").q("s").limit(2)))
                .containsExactly("s5049", "s5048");
        assertThat(ids(query("default").event("rare").url("needle"))).containsExactly("s3000", "s0");
    }

    @Test
    void aPage_isTheSameHoweverItIsFound() throws SQLException {
        for (int i = 0; i < 60; i++) {
            commit(
                    "s" + i,
                    with(T + i)
                            .time(T + i, T + 100 + (i * 7) % 20)
                            .event(i < 12 ? "early" : "late")
                            .event(i % 2 == 0 ? "even" : "odd")
                            .client(i % 3 == 0 ? "Chrome 156" : "Firefox 153", i < 30 ? "Linux" : "macOS", null, null)
                            .user("u" + i % 7)
                            .urls("https://a.test/" + i % 5, "https://a.test/end")
                            .errors(i % 4 == 0 ? i : 0, 0)
                            .build());
        }
        try (Connection connection = connect()) {
            Transaction transaction = new Transaction(connection);
            for (Sort sort : Sort.values()) {
                for (SessionQuery.Builder query : List.of(
                        query("default").event("early"),
                        query("default").event("early").event("even").hasErrors(false),
                        query("default").browser("chrome").os("linux"),
                        query("default").url("/end").q("s1").rage(false),
                        query("default").url("/3").user("u4").hasErrors(true),
                        query("default").from(T + 5).to(T + 9).browser("f"),
                        query("default").from(T + 5).minDurationMs(60L).q("/2"),
                        query("default").url("/nothing").os("m"))) {
                    assertFoundInEveryWay(transaction, query.sort(sort).limit(5));
                }
            }
        }
    }

    private void assertFoundInEveryWay(Transaction transaction, SessionQuery.Builder query) throws SQLException {
        SessionPage page = list(query);
        for (int walkMax : List.of(1, 4, 1_000)) {
            for (int gatherMax : List.of(0, 2, 1_000)) {
                assertThat(new SessionList(transaction, query.build(), gatherMax, walkMax).page())
                        .isEqualTo(page);
            }
        }
        if (page.nextCursor() != null && page.sessions().size() == 5) {
            assertFoundInEveryWay(transaction, query.cursor(page.nextCursor()));
        }
    }

    private void commit(String id, SessionFacts facts) {
        catalog.commitSegment(segment(
                facts.lastReceivedAt(),
                new SegmentSession(session(id), facts, List.of(block(facts.lastReceivedAt(), 10)))));
    }

    private SessionPage list(SessionQuery.Builder query) {
        return catalog.sessions(query.build());
    }

    private List<String> ids(SessionQuery.Builder query) {
        return ids(list(query));
    }

    private static List<String> ids(SessionPage page) {
        return page.sessions().stream()
                .map(SessionSummary::key)
                .map(SessionKey::session)
                .toList();
    }

    private void assertRefused(SessionQuery.Builder query) {
        assertThatIllegalArgumentException().isThrownBy(() -> list(query));
    }

    private static SessionQuery.Builder query(String project) {
        return SessionQuery.of(project);
    }
}
