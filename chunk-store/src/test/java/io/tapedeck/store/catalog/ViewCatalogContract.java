package io.tapedeck.store.catalog;

import static io.tapedeck.store.catalog.Samples.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.By;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.NoteCatalog.NewNote;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.ViewCatalog;
import io.tapedeck.store.ViewCatalog.Sight;
import io.tapedeck.store.ViewCatalog.Viewer;
import io.tapedeck.store.ViewCatalog.ViewerKind;
import io.tapedeck.store.ViewCatalog.Viewing;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link ViewCatalog} promises. */
abstract class ViewCatalogContract extends CatalogTestBase {
    private static final By BY = new By("admin", T + 1);
    private static final long MONTH = TimeUnit.DAYS.toMillis(30);
    private static final long PAUSE = ViewCatalog.PAUSE_MS;
    private static final Viewer ADA = person("ada");
    private static final Viewer BOB = person("bob");
    private static final Viewer REPORT = new Viewer(ViewerKind.TOKEN, "ada", null);
    private static final Viewer LINK = new Viewer(ViewerKind.SHARE, "a1b2", "ada");

    private ViewCatalog views;

    @BeforeEach
    void sessions() {
        catalog.bootstrap(new Bootstrap(List.of(), "pk", null, null), T);
        catalog.commitSegment(segment(T, holding(A, T), holding(B, T)));
        views = catalog.catalogs().views();
    }

    @Test
    void viewers_areListedBySession_whoWasSeenLastFirst() {
        views.note(List.of(new Sight(A, BOB, T + 5), new Sight(B, BOB, T + 9)));
        see(A, ADA, T + 7);

        assertThat(views.viewings(A))
                .containsExactly(new Viewing(ADA, T + 7, T + 7, 1), new Viewing(BOB, T + 5, T + 5, 1));
        assertThat(views.viewings(B)).containsExactly(new Viewing(BOB, T + 9, T + 9, 1));
    }

    @Test
    void aSessionThatIsNotThere_isNotFound_whichIsNotWatchedByNobody() throws SQLException {
        see(B, ADA, T);
        bury(B);

        assertThat(views.viewings(A)).isEmpty();
        assertNotFound(B);
        assertNotFound(session("never"));
        assertNotFound(new SessionKey("other", A.session()));
    }

    @Test
    void aPersonATokenAndALink_areViewersOfTheirOwn_alsoUnderOneName() {
        see(A, ADA, T + 1);
        see(A, REPORT, T + 2);
        see(A, LINK, T + 3);

        assertThat(views.viewings(A)).extracting(Viewing::viewer).containsExactly(LINK, REPORT, ADA);
    }

    @Test
    void aViewing_goesOnUntilThePause_andThenAnotherBegins() {
        see(A, ADA, T);
        see(A, ADA, T + PAUSE);
        assertThat(views.viewings(A)).containsExactly(new Viewing(ADA, T, T + PAUSE, 1));

        see(A, ADA, T + 2 * PAUSE + 1);
        assertThat(views.viewings(A)).containsExactly(new Viewing(ADA, T, T + 2 * PAUSE + 1, 2));
    }

    @Test
    void sightsThatComeTwiceOrLate_changeNothing() {
        see(A, ADA, T + PAUSE);
        see(A, ADA, T + PAUSE);
        see(A, ADA, T + 3);

        assertThat(views.viewings(A)).containsExactly(new Viewing(ADA, T + PAUSE, T + PAUSE, 1));
    }

    @Test
    void sightsOfOneCall_countByTheirTimes() {
        views.note(List.of(new Sight(A, ADA, T + 3 * PAUSE), new Sight(A, ADA, T), new Sight(A, ADA, T + 1)));

        assertThat(views.viewings(A)).containsExactly(new Viewing(ADA, T, T + 3 * PAUSE, 2));
    }

    @Test
    void sightsOfWhatIsNotThere_arePassedOver_andTheOthersAreNoted() throws SQLException {
        bury(B);

        views.note(List.of(new Sight(session("never"), ADA, T), new Sight(B, ADA, T), new Sight(A, ADA, T + 1)));
        views.note(List.of());

        assertThat(views.viewings(A)).hasSize(1);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void aViewer_isNotTheSessionsBusiness() {
        long rev = catalog.layout(A).orElseThrow().rev();

        see(A, ADA, T + 1);

        assertThat(catalog.layout(A).orElseThrow().rev()).isEqualTo(rev);
    }

    @Test
    void beyondSoManyViewers_linksGoFirst_thenWhoWasSeenLongestAgo() throws SQLException {
        List<Sight> sights = new ArrayList<>();
        for (int i = 0; i < ViewCatalog.VIEWERS_MAX - 1; i++) {
            sights.add(new Sight(A, person("p" + i), T + i));
        }
        views.note(sights);
        see(A, LINK, T + MONTH);
        see(B, ADA, T);

        see(A, ADA, T + MONTH);
        assertThat(viewers(A))
                .hasSize(ViewCatalog.VIEWERS_MAX)
                .contains(ADA, person("p0"))
                .doesNotContain(LINK);
        see(A, BOB, T + MONTH);
        assertThat(viewers(A)).hasSize(ViewCatalog.VIEWERS_MAX).contains(BOB).doesNotContain(person("p0"));
        see(A, person("p1"), T + MONTH);
        assertThat(viewers(A)).hasSize(ViewCatalog.VIEWERS_MAX).contains(ADA, BOB, person("p1"), person("p2"));
        assertThat(rows()).isEqualTo(ViewCatalog.VIEWERS_MAX + 1);
    }

    @Test
    void beyondSoManyViewers_aLinkTakesThePlaceOfALink_andOfNobodyElse() {
        List<Sight> sights = new ArrayList<>();
        for (int i = 0; i < ViewCatalog.VIEWERS_MAX; i++) {
            sights.add(new Sight(A, person("p" + i), T + i));
        }
        views.note(sights);
        List<Viewer> before = viewers(A);

        see(A, LINK, T + MONTH);
        assertThat(viewers(A)).containsExactlyElementsOf(before);

        see(B, LINK, T);
        views.note(sights.stream()
                .skip(1)
                .map(sight -> new Sight(B, sight.viewer(), T))
                .toList());
        Viewer other = new Viewer(ViewerKind.SHARE, "c3d4", "ada");
        see(B, other, T + 1);
        assertThat(viewers(B))
                .hasSize(ViewCatalog.VIEWERS_MAX)
                .contains(other, person("p1"))
                .doesNotContain(LINK);
    }

    @Test
    void sightsThatAreNotedAtTheSameTime_areAllThere_andNoMoreThanThereMayBe() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                Viewer viewer = person("p" + i % 20);
                List<Sight> both = new ArrayList<>(List.of(new Sight(A, viewer, T + i), new Sight(B, viewer, T + i)));
                if (i % 2 == 0) {
                    Collections.reverse(both);
                }
                calls.add(threads.submit(() -> views.note(both)));
            }
            for (Future<?> call : calls) {
                call.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(views.viewings(A)).hasSize(20).allMatch(viewing -> viewing.times() == 1);
        assertThat(viewers(B)).hasSize(20);
        assertThat(meters.find("tapedeck.catalog.lost.races").counters()).isEmpty();
    }

    @Test
    void nothing_isLeftOfWhatIsNotedWhileItsSessionIsErased() throws Exception {
        ErasureCatalog erasures = catalog.catalogs().erasures();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 20; i++) {
                SessionKey session = session("erased-" + i);
                catalog.commitSegment(segment(T, holding(session, T)));
                AtomicBoolean isErased = new AtomicBoolean();
                CountDownLatch begun = new CountDownLatch(2);
                Future<?> seeing =
                        threads.submit(() -> repeat(isErased, begun, n -> see(session, person("p" + n % 50), T + n)));
                Future<?> writing = threads.submit(() ->
                        repeat(isErased, begun, n -> write(session, "note-" + session.session() + "-" + n)));
                begun.await();

                Erasure erasure = erasures.request(Subject.session(session), null, BY);
                erasures.erase(erasure.id(), List.of(session), T + 2);

                isErased.set(true);
                seeing.get(60, TimeUnit.SECONDS);
                writing.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(rows()).isZero();
        assertThat(rows("session_note")).isZero();
    }

    private static void repeat(AtomicBoolean isOver, CountDownLatch begun, IntConsumer what) {
        for (int n = 0; !isOver.get(); n++) {
            what.accept(n);
            begun.countDown();
        }
    }

    private void write(SessionKey session, String id) {
        try {
            catalog.catalogs().notes().write(new NewNote(id, session, null, "text"), BY);
        } catch (StoreException e) {
            if (e.kind() != StoreErrorKind.NOT_FOUND && e.kind() != StoreErrorKind.CONFLICT) {
                throw e;
            }
        }
    }

    /** Whoever commits to one of the sessions waits meanwhile. */
    @Test
    void manySights_areFewStatements() throws SQLException {
        List<SegmentSession> sessions = new ArrayList<>();
        List<Sight> sights = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            SessionKey session = session("many-" + i);
            sessions.add(holding(session, T));
            sights.add(new Sight(session, ADA, T));
        }
        catalog.commitSegment(segment(T, sessions.toArray(SegmentSession[]::new)));

        AtomicInteger statements = new AtomicInteger();
        try (Connection connection = connect()) {
            JdbcViews.note(
                    new Transaction(
                            counting(connection, statements), !settings().isSqlite(), () -> {}),
                    sights);
        }

        assertThat(rows()).isEqualTo(100);
        assertThat(statements).hasValueLessThanOrEqualTo(3);
    }

    private static Connection counting(Connection connection, AtomicInteger statements) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                    if (method.getName().equals("prepareStatement")) {
                        statements.incrementAndGet();
                    }
                    return method.invoke(connection, args);
                });
    }

    @Test
    void views_goWithASessionThatExpires() throws SQLException {
        see(A, ADA, T + 1);
        see(B, ADA, T + 1);
        catalog.catalogs().retention().mark(B, true, null, BY);

        assertThat(catalog.catalogs()
                        .retention()
                        .expire(List.of(A, B), T + MONTH)
                        .sessions())
                .containsExactly(A);

        assertNotFound(A);
        assertThat(viewers(B)).containsExactly(ADA);
        assertThat(rows()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"session", "project"})
    void views_goWithWhatIsErased(String what) throws SQLException {
        see(A, ADA, T + 1);
        see(A, LINK, T + 1);
        Subject subject = what.equals("session") ? Subject.session(A) : Subject.project(A.project());

        ErasureCatalog erasures = catalog.catalogs().erasures();
        Erasure erasure = erasures.request(subject, null, BY);
        assertNotFound(A);
        see(A, BOB, T + 2);
        erasures.erase(erasure.id(), List.of(A), T + 2);

        assertThat(rows()).isZero();
    }

    @Test
    void aSessionThatComesBackUnderTheId_wasWatchedByNobody() {
        see(A, ADA, T + 1);
        catalog.catalogs().retention().expire(List.of(A), T + MONTH);

        catalog.catalogs().retention().forgetExpiries(T + 3 * MONTH, 10);
        catalog.commitSegment(segment(T + 3 * MONTH, holding(A, T + 3 * MONTH)));

        assertThat(views.viewings(A)).isEmpty();
    }

    @Test
    void whatAnOlderProcessLeftBehind_isNobodysAndIsDeleted() throws SQLException {
        see(A, ADA, T + 1);
        see(B, BOB, T + 1);
        // As an older process removes a session.
        try (Connection connection = connect()) {
            new Transaction(connection).update("update session_view set session_number = -1 where viewer = 'ada'");
        }

        assertThat(views.viewings(A)).isEmpty();
        views.deleteLeftBehind();
        assertThat(rows()).isEqualTo(1);
        assertThat(viewers(B)).containsExactly(BOB);
    }

    private void see(SessionKey session, Viewer viewer, long at) {
        views.note(List.of(new Sight(session, viewer, at)));
    }

    private List<Viewer> viewers(SessionKey session) {
        return views.viewings(session).stream().map(Viewing::viewer).toList();
    }

    private static Viewer person(String name) {
        return new Viewer(ViewerKind.PERSON, name, null);
    }

    private void assertNotFound(SessionKey session) {
        assertThatThrownBy(() -> views.viewings(session))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.NOT_FOUND));
    }

    private long rows() throws SQLException {
        return rows("session_view");
    }

    private long rows(String table) throws SQLException {
        try (Connection connection = connect()) {
            return new Transaction(connection).number("select count(*) from " + table);
        }
    }
}
