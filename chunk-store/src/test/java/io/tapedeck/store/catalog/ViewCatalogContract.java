package io.tapedeck.store.catalog;

import static io.tapedeck.store.catalog.Samples.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.By;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.ViewCatalog;
import io.tapedeck.store.ViewCatalog.Sight;
import io.tapedeck.store.ViewCatalog.Viewer;
import io.tapedeck.store.ViewCatalog.ViewerKind;
import io.tapedeck.store.ViewCatalog.Viewing;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
        assertThat(views.viewings(session("never"))).isEmpty();
        assertThat(views.viewings(new SessionKey("other", A.session()))).isEmpty();
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
    void sightsThatAreNotedAtTheSameTime_areAllThere_andNoMoreThanThereMayBe() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                Viewer viewer = person("p" + i % 20);
                List<Sight> both = List.of(new Sight(B, viewer, T + i), new Sight(A, viewer, T + i));
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

        assertThat(views.viewings(A)).isEmpty();
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
        assertThat(views.viewings(A)).isEmpty();
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

    private long rows() throws SQLException {
        try (Connection connection = connect()) {
            return new Transaction(connection).number("select count(*) from session_view");
        }
    }
}
