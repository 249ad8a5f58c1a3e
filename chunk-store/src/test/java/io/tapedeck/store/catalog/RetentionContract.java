package io.tapedeck.store.catalog;

import static io.tapedeck.store.catalog.Samples.block;
import static io.tapedeck.store.catalog.Samples.facts;
import static io.tapedeck.store.catalog.Samples.recording;
import static io.tapedeck.store.catalog.Samples.session;
import static io.tapedeck.store.catalog.Samples.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.By;
import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.Catalog.RecordingCommit;
import io.tapedeck.store.Catalog.SegmentCommit;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.ProjectCatalog.AuditEntry;
import io.tapedeck.store.ProjectCatalog.ProjectStorage;
import io.tapedeck.store.RetentionCatalog;
import io.tapedeck.store.RetentionCatalog.Expired;
import io.tapedeck.store.RetentionCatalog.Removed;
import io.tapedeck.store.RetentionCatalog.RetentionPreview;
import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.RetentionPolicy.Rule;
import io.tapedeck.store.RetentionPolicy.RuleKind;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.SessionSummary;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.Samples.FactsBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link RetentionCatalog} promises. */
abstract class RetentionContract extends CatalogTestBase {
    private static final By BY = new By("admin", T);
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);
    private static final long MONTH = 30 * 24 * HOUR;

    private RetentionCatalog retention;

    @BeforeEach
    void project() {
        catalog.bootstrap(new Bootstrap(List.of(), "pk", null, null), T);
        retention = catalog.catalogs().retention();
    }

    @Test
    void aSession_isOverWhenTheHoursSinceItsFirstReceiptAre() {
        commit(A, facts(T));
        commit(A, facts(T + 5 * HOUR));

        assertThat(retention.expired(T + MONTH - 1, 10)).isEmpty();
        assertThat(retention.expire(List.of(A), T + MONTH - 1)).isEqualTo(new Expired(List.of(), 0, 0));
        assertThat(retention.expired(T + MONTH, 10)).containsExactly(A);
        assertThat(retention.backlog(T + MONTH, 10)).isEqualTo(1);
        assertThat(retention.expire(List.of(A), T + MONTH)).isEqualTo(new Expired(List.of(A), 200, 0));
        assertThat(retention.expired(T + MONTH, 10)).isEmpty();
        assertThat(retention.backlog(T + MONTH, 10)).isZero();
    }

    @Test
    void expired_givesTheLongestOverFirst() {
        commit(A, facts(T + 2));
        commit(B, facts(T + 1));
        commit(session("c"), facts(T + 3));

        assertThat(retention.expired(T + MONTH + 10, 2)).containsExactly(B, A);
        assertThat(retention.backlog(T + MONTH + 10, 2)).isEqualTo(2);
    }

    @Test
    void expire_takesOutEverythingOfASessionAndNothingOfOthers() throws SQLException {
        SessionFacts tagged = with(T).tag("plan", "pro").build();
        catalog.commitSegment(segment(
                T,
                new SegmentSession(A, tagged, List.of(block(T, 10))),
                new SegmentSession(B, tagged, List.of(block(T, 10)))));
        RecordingCommit recording = settle(A, T + 1);
        String alone = "segments/" + (objects.get() + 1);
        commit(A, facts(T + 2));

        retention.expire(List.of(A), T + MONTH);

        assertThat(catalog.layout(A)).isEmpty();
        assertThat(catalog.sessions(SessionQuery.of("default").build()).sessions())
                .extracting(SessionSummary::key)
                .containsExactly(B);
        assertThat(catalog.isErased(A)).isTrue();
        assertThat(catalog.layout(B)).isPresent();
        assertThat(catalog.doomed(T + MONTH + 1, 10)).containsExactlyInAnyOrder(recording.key(), alone);
        for (String table : List.of("session", "session_index")) {
            assertThat(count("select count(*) from " + table)).isEqualTo(1);
        }
        assertThat(count("select count(distinct session_number) from session_term"))
                .isEqualTo(1);
        assertThat(retention.removed("default")).isEqualTo(new Removed(1, 555 + 100, 0, 0));
        assertThat(catalog.catalogs().projects().storage("default")).isEqualTo(new ProjectStorage(1, 1, 1_000, 100));
    }

    @Test
    void expire_ofASessionOfWhichARowIsDamaged_takesItAndTheOthersOut() throws SQLException {
        SegmentCommit shared = segment(T, holding(A, T), holding(B, T));
        catalog.commitSegment(shared);
        damage(A);

        assertThat(retention.expire(List.of(A, B), T + MONTH)).isEqualTo(new Expired(List.of(A, B), 100, 0));

        assertThat(catalog.layout(A)).isEmpty();
        assertThat(catalog.doomed(T + MONTH + 1, 10)).containsExactly(shared.key());
        assertThat(damagedRows()).isEqualTo(1);
    }

    @Test
    void expire_again_changesNothing() {
        commit(A, facts(T));
        retention.expire(List.of(A), T + MONTH);

        assertThat(retention.expire(List.of(A, session("never-was")), T + MONTH))
                .isEqualTo(new Expired(List.of(), 0, 0));
        assertThat(retention.removed("default").sessionsExpired()).isEqualTo(1);
        assertThat(retention.removed("other")).isEqualTo(new Removed(0, 0, 0, 0));
    }

    @Test
    void eachKindOfRule_decidesForWhatItMatches() {
        commit(session("tag"), with(T).tag("plan", "pro").build());
        commit(session("tag2"), with(T).tag("plan", "free").build());
        commit(session("trait"), with(T).user("u").build());
        commit(session("errors"), with(T).errors(0, 1).build());
        commit(session("url"), with(T).urls("https://example.com/Checkout").build());
        commit(session("none"), facts(T));

        assertExpiring(new Rule(RuleKind.TAG, "plan", "pro", 1), "tag");
        assertExpiring(new Rule(RuleKind.TAG, "plan", null, 1), "tag", "tag2");
        assertExpiring(new Rule(RuleKind.TRAIT, "plan", "pro", 1), "trait");
        assertExpiring(new Rule(RuleKind.ERRORS, null, null, 1), "errors");
        assertExpiring(new Rule(RuleKind.URL, null, "/checkout", 1), "url");
    }

    private void assertExpiring(Rule rule, String... ids) {
        setPolicy(new RetentionPolicy(876_600, List.of(rule)));
        review();
        List<SessionKey> expected = List.of(ids).stream().map(Samples::session).toList();
        assertThat(retention.expired(T + HOUR, 10)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(retention.preview("default", policy(), T + HOUR).sessions()).isEqualTo(ids.length);
        assertThat(retention.expired(T + HOUR - 1, 10)).isEmpty();
    }

    @Test
    void aSessionThatMatchesARuleLater_goesByItFromThenOn() {
        setPolicy(new RetentionPolicy(1, List.of(new Rule(RuleKind.ERRORS, null, null, 100))));
        commit(A, facts(T));
        commit(A, with(T + 10).errors(1, 0).build());

        assertThat(retention.expire(List.of(A), T + 2 * HOUR).sessions()).isEmpty();
        assertThat(retention.expire(List.of(A), T + 100 * HOUR).sessions()).containsExactly(A);
    }

    @Test
    void anotherPolicy_appliesToWhatIsStored() {
        commit(A, facts(T));
        commit(B, facts(T + HOUR));
        assertThat(retention.reviewExpiry(10)).isZero();

        setPolicy(new RetentionPolicy(1, List.of()));

        assertThat(retention.reviewExpiry(1)).isEqualTo(1);
        assertThat(retention.reviewExpiry(10)).isEqualTo(1);
        assertThat(retention.reviewExpiry(10)).isZero();
        assertThat(retention.expired(T + HOUR, 10)).containsExactly(A);
        setPolicy(new RetentionPolicy(2, List.of()));
        assertThat(retention.expire(List.of(A), T + HOUR).sessions()).isEmpty();
        assertThat(retention.expired(T + HOUR, 10)).as("the index is put right").isEmpty();
        setPolicy(policy());
        assertThat(retention.reviewExpiry(10))
                .as("of B, which expire did not look at")
                .isEqualTo(1);
    }

    @Test
    void sessionsFromBeforeTheirProject_areLookedAtOnceItIsThere() {
        SessionKey early = new SessionKey("later", "s");
        commit(early, facts(T));
        assertThat(catalog.layout(early).orElseThrow().expiresAt()).isNull();
        assertThat(retention.reviewExpiry(10)).isZero();

        catalog.catalogs().projects().create("later", "Later", BY);

        assertThat(retention.reviewExpiry(10)).isEqualTo(1);
        assertThat(retention.expired(T + MONTH, 10)).containsExactly(early);
    }

    @Test
    void rowsOfAnEarlierVersion_areReviewed() throws SQLException {
        commit(A, facts(T));
        sql("update session_index set first_received_at = 0, expires_at = null, policy_rev = 0, bytes_raw = 0,"
                + " bytes_stored = 0");
        assertThat(retention
                        .preview("default", new RetentionPolicy(2, List.of()), T + HOUR)
                        .sessions())
                .isZero();
        assertThat(retention
                        .preview("default", new RetentionPolicy(1, List.of()), T + HOUR)
                        .sessions())
                .isEqualTo(1);

        review();

        assertThat(retention.expired(T + MONTH, 10)).containsExactly(A);
        assertThat(catalog.catalogs().projects().storage("default")).isEqualTo(new ProjectStorage(1, 1, 1_000, 100));
        assertThat(retention.preview("default", policy(), T)).isEqualTo(new RetentionPreview(0, 0, 1, 100));
    }

    @Test
    void pinnedAndHeldSessions_arePassedOver() {
        commit(A, facts(T));
        commit(B, facts(T));
        retention.mark(A, true, null, BY);
        retention.mark(B, null, true, BY);

        assertThat(retention.expired(Long.MAX_VALUE, 10)).isEmpty();
        assertThat(retention.preview("default", policy(), T + MONTH)).isEqualTo(new RetentionPreview(0, 0, 2, 200));
        assertThat(retention.expire(List.of(A, B), T + MONTH).sessions()).isEmpty();
        commit(A, facts(T + 70_000));
        settle(B, T + 70_000);
        setPolicy(new RetentionPolicy(1, List.of()));
        review();
        assertThat(retention.expired(Long.MAX_VALUE, 10)).isEmpty();

        retention.mark(A, false, null, BY);
        retention.mark(B, null, false, BY);

        assertThat(retention.expired(T + HOUR, 10)).containsExactlyInAnyOrder(A, B);
        assertThat(retention.expire(List.of(A, B), T + HOUR).sessions()).containsExactly(A, B);
    }

    @Test
    void expire_looksAtPinAndHoldItself() throws SQLException {
        commit(A, facts(T));
        List<SessionKey> found = retention.expired(T + MONTH, 10);
        retention.mark(A, true, false, BY);
        sql("update session_index set expires_at = 1"); // as if it were not known yet

        assertThat(retention.expire(found, T + MONTH).sessions()).isEmpty();
        assertThat(retention.expired(T + MONTH, 10)).isEmpty();
    }

    @Test
    void mark_isAuditedAndOfSessionsThatAreThere() {
        commit(A, facts(T));
        retention.mark(A, true, true, new By("ann", T));
        retention.mark(A, true, null, new By("bob", T + 1));
        retention.mark(A, false, true, new By("cid", T + 2));

        assertThat(catalog.catalogs().projects().audit("default", 0, 10))
                .containsExactly(
                        new AuditEntry(3, T + 2, "cid", "session.unpin", "default", "a", null),
                        new AuditEntry(2, T, "ann", "session.hold", "default", "a", null),
                        new AuditEntry(1, T, "ann", "session.pin", "default", "a", null));
        assertThat(catalog.layout(A).orElseThrow().pinned()).isFalse();
        assertThat(catalog.layout(A).orElseThrow().held()).isTrue();
        assertThatThrownBy(() -> retention.mark(B, true, null, BY))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.NOT_FOUND));
    }

    @Test
    void mark_raisesTheAdminRevIfItChangesSomething() throws SQLException {
        commit(A, facts(T));
        long rev = count("select next_number from counter where name = 'admin'");
        retention.mark(A, true, true, BY);
        retention.mark(A, true, true, BY);
        retention.mark(A, null, null, BY);

        assertThat(count("select next_number from counter where name = 'admin'"))
                .isEqualTo(rev + 1);
    }

    @Test
    void aLateChunkOfAnExpiredSession_isLeftOut() {
        commit(A, facts(T));
        retention.expire(List.of(A), T + MONTH);

        assertThat(catalog.commitSegment(segment(T + MONTH, holding(A, T), holding(B, T + MONTH))))
                .containsExactly(A);

        assertThat(catalog.layout(A)).isEmpty();
        assertThat(catalog.layout(B)).isPresent();
    }

    @Test
    void settlingASessionThatExpiresMeanwhile_isAConflict() {
        commit(A, facts(T));
        RecordingCommit commit = recordingOf(A, recording(A, 0, facts(T)), T + MONTH);
        retention.expire(List.of(A), T + MONTH);

        assertConflict(() -> catalog.commitRecording(commit));

        assertThat(catalog.doomed(T + MONTH + 1, 10)).contains(commit.key());
    }

    @Test
    void tombstonesOfExpiry_areForgottenAndThoseOfErasureAreNot() {
        commit(A, facts(T));
        commit(B, facts(T));
        commit(session("c"), facts(T));
        retention.expire(List.of(A, session("c")), T + MONTH);
        catalog.catalogs().erasures().request(Subject.session(B), null, BY);

        assertThat(retention.forgetExpiries(T + MONTH, 10)).isZero();
        assertThat(retention.forgetExpiries(T + MONTH + 1, 1)).isEqualTo(1);
        assertThat(retention.forgetExpiries(T + MONTH + 1, 10)).isEqualTo(1);

        assertThat(catalog.isErased(A)).isFalse();
        assertThat(catalog.isErased(B)).isTrue();
    }

    @Test
    void aSessionThatIsBeingErased_isLeftToThat() {
        commit(A, facts(T));
        catalog.catalogs().erasures().request(Subject.session(A), null, BY);

        assertThat(retention.expired(T + MONTH, 10)).isEmpty();
        assertThat(retention.expire(List.of(A), T + MONTH)).isEqualTo(new Expired(List.of(), 0, 0));
        assertThat(retention.removed("default").sessionsExpired()).isZero();
        assertThat(retention.preview("default", policy(), T + MONTH)).isEqualTo(new RetentionPreview(0, 0, 0, 0));
    }

    @Test
    void aSessionWhoseFactsCannotBeRead_staysAndStopsNobody() throws SQLException {
        commit(A, facts(T));
        commit(B, facts(T));
        String facts = text("select facts from session where id = 'a'");
        sql("update session set facts = '{' where id = 'a'");

        assertThat(retention.expire(List.of(A, B), T + MONTH)).isEqualTo(new Expired(List.of(B), 100, 1));
        assertThat(retention.expired(T + MONTH, 10)).isEmpty();
        setPolicy(new RetentionPolicy(1, List.of()));
        assertThat(retention.reviewExpiry(10)).isEqualTo(1);
        assertThat(retention.reviewExpiry(10)).isZero();
        assertThat(retention
                        .preview(
                                "default",
                                new RetentionPolicy(1, List.of(new Rule(RuleKind.ERRORS, null, null, 2))),
                                T + HOUR)
                        .sessions())
                .isZero();

        sql("update session set facts = '" + facts + "' where id = 'a'");
        assertThat(retention.expired(T + MONTH + 24 * HOUR, 10)).containsExactly(A);
        assertThat(retention.expire(List.of(A), T + MONTH + 24 * HOUR).sessions())
                .containsExactly(A);
    }

    @Test
    void keysOfExpiredSessions_areGoneAndTheirCopiesRemembered() {
        commit(A, facts(T));
        commit(B, facts(T));
        catalog.catalogs().wrappedKeys().keepKey(A, new byte[] {1});

        retention.expire(List.of(A, B), T + MONTH);

        assertThat(catalog.catalogs().wrappedKeys().wrappedKey(A)).isEmpty();
        assertThat(retention.keysLeft(10)).containsExactly(A);
        assertThat(retention.forgetExpiries(T + 2 * MONTH, 10))
                .as("but not A's")
                .isEqualTo(1);
        retention.keysDeleted(List.of(A));
        assertThat(retention.keysLeft(10)).isEmpty();
        assertThat(retention.forgetExpiries(T + 2 * MONTH, 10)).isEqualTo(1);
    }

    @Test
    void textsThatNoSessionHasAnyMore_areSwept() throws SQLException {
        commit(A, with(T).user("Ann").urls("https://a.example").tag("both", "x").build());
        commit(B, with(T).urls("https://b.example").tag("both", "x").build());
        retention.expire(List.of(A), T + MONTH);

        assertThat(retention.sweepTerms(2)).isEqualTo(2);
        while (retention.sweepTerms(2) > 0) {
            assertThat(count("select count(*) from loose_term")).isLessThan(20);
        }

        assertThat(texts()).doesNotContain("ann", "https://a.example").contains("https://b.example", "both\u001fx");
        assertThat(catalog.sessions(SessionQuery.of("default").tag("both", "x").build())
                        .sessions())
                .hasSize(1);
        commit(session("c"), with(T + MONTH).user("Ann").build());
        assertThat(catalog.sessions(SessionQuery.of("default").q("an").build()).sessions())
                .hasSize(1);
    }

    @Test
    void preview_isWhatThenGoes() {
        Random random = new Random(5);
        for (int i = 0; i < 60; i++) {
            long at = T + random.nextInt(100) * HOUR;
            FactsBuilder facts = with(at).tag("plan", random.nextBoolean() ? "pro" : "free");
            facts = random.nextBoolean() ? facts.user("u" + i) : facts.errors(1, 0);
            commit(
                    session("s" + i),
                    random.nextBoolean() ? facts.urls("https://x/" + i).build() : facts.build());
            if (random.nextInt(3) == 0) {
                settle(session("s" + i), at);
            }
            if (random.nextInt(8) == 0) {
                retention.mark(session("s" + i), random.nextBoolean(), true, BY);
            }
        }
        long now = T + 100 * HOUR;
        for (int i = 0; i < 12; i++) {
            List<Rule> rules = List.of(
                    new Rule(RuleKind.TAG, "plan", "pro", 1 + random.nextInt(200)),
                    new Rule(RuleKind.URL, null, "/1", 1 + random.nextInt(200)),
                    new Rule(RuleKind.ERRORS, null, null, 1 + random.nextInt(200)));
            RetentionPolicy policy =
                    new RetentionPolicy(150 - 10 * i, rules.subList(0, random.nextInt(rules.size() + 1)));
            ProjectStorage before = catalog.catalogs().projects().storage("default");
            Removed removedBefore = retention.removed("default");

            RetentionPreview preview = retention.preview("default", policy, now);
            setPolicy(policy);
            review();
            long gone = 0;
            long bytes = 0;
            List<SessionKey> due = retention.expired(now, 7);
            while (!due.isEmpty()) {
                Expired expired = retention.expire(due, now);
                assertThat(expired.sessions())
                        .as("by the index that is up to date")
                        .hasSameSizeAs(due);
                gone += expired.sessions().size();
                bytes += expired.bytes();
                due = retention.expired(now, 7);
            }

            assertThat(preview)
                    .isEqualTo(
                            new RetentionPreview(gone, bytes, before.sessions() - gone, before.bytesStored() - bytes));
            assertThat(retention.removed("default").sessionsExpired())
                    .isEqualTo(removedBefore.sessionsExpired() + gone);
        }
        assertThat(retention.removed("default").sessionsExpired()).isBetween(10L, 55L);
    }

    @Test
    void expire_byManyBesideCommits_takesEachSessionOutOnce() throws Exception {
        List<SessionKey> sessions = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            sessions.add(session("s" + i));
            commit(session("s" + i), facts(T));
        }
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<SessionKey> gone = new ArrayList<>();
        try {
            List<Future<List<SessionKey>>> sweeping = new ArrayList<>();
            List<Future<?>> committing = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                sweeping.add(pool.submit(() -> retention
                        .expire(retention.expired(T + MONTH, 12), T + MONTH)
                        .sessions()));
                SessionKey late = sessions.get(i * 5);
                committing.add(pool.submit(() -> commit(late, facts(T + 1))));
                committing.add(pool.submit(() -> retention.sweepTerms(5)));
            }
            for (Future<List<SessionKey>> one : sweeping) {
                gone.addAll(one.get());
            }
            for (Future<?> one : committing) {
                one.get();
            }
        } finally {
            pool.shutdownNow();
        }
        List<SessionKey> due = retention.expired(T + MONTH, 12);
        while (!due.isEmpty()) {
            gone.addAll(retention.expire(due, T + MONTH).sessions());
            due = retention.expired(T + MONTH, 12);
        }

        assertThat(gone).containsExactlyInAnyOrderElementsOf(sessions);
        assertThat(retention.removed("default").sessionsExpired()).isEqualTo(40);
        assertThat(count("select count(*) from session")).isZero();
    }

    private void commit(SessionKey session, SessionFacts facts) {
        long at = facts.lastReceivedAt();
        catalog.commitSegment(segment(at, new SegmentSession(session, facts, List.of(block(at, 10)))));
    }

    private RetentionPolicy policy() {
        return catalog.project("default").orElseThrow().settings().retention();
    }

    private void setPolicy(RetentionPolicy policy) {
        catalog.catalogs()
                .projects()
                .change(
                        "default",
                        was -> new Project(
                                was.slug(),
                                was.number(),
                                was.name(),
                                new ProjectSettings(
                                        was.settings().masking(),
                                        was.settings().onLessMasking(),
                                        was.settings().origins(),
                                        policy,
                                        was.settings().sampleRate(),
                                        was.settings().recording(),
                                        CaptureSettings.DEFAULT)),
                        BY);
    }

    private void review() {
        while (retention.reviewExpiry(7) > 0) {
            assertThat(retention.reviewExpiry(0)).isZero();
        }
    }

    private long count(String sql) throws SQLException {
        try (Connection connection = connect()) {
            return new Transaction(connection).number(sql);
        }
    }

    private String text(String sql) throws SQLException {
        try (Connection connection = connect()) {
            return new Transaction(connection)
                    .first(sql, row -> row.getString(1))
                    .orElseThrow();
        }
    }

    private List<String> texts() throws SQLException {
        try (Connection connection = connect()) {
            return new Transaction(connection).query("select text from term", row -> row.getString(1));
        }
    }

    private void sql(String sql) throws SQLException {
        try (Connection connection = connect()) {
            new Transaction(connection).update(sql);
        }
    }
}
