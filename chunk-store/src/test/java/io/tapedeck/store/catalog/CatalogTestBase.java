package io.tapedeck.store.catalog;

import static io.tapedeck.store.catalog.Samples.block;
import static io.tapedeck.store.catalog.Samples.facts;
import static io.tapedeck.store.catalog.Samples.recording;
import static io.tapedeck.store.catalog.Samples.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.ObjectIntent;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.RecordingCommit;
import io.tapedeck.store.Catalog.SegmentCommit;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A new database for each test, and what every test on it needs. */
abstract class CatalogTestBase {
    static final long T = 1_800_000_000_000L;
    static final SessionKey A = session("a");
    static final SessionKey B = session("b");
    static final String NODE = "node1";

    final AtomicInteger objects = new AtomicInteger();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    JdbcCatalog catalog;
    long epoch;

    abstract CatalogSettings settings();

    @BeforeEach
    void open() {
        catalog = JdbcCatalog.open(settings(), meters);
        epoch = catalog.startNode(NODE).epoch();
    }

    @AfterEach
    void close() throws SQLException {
        catalog.close();
        try (Connection connection = connect()) {
            CatalogInvariants.check(new Transaction(connection));
        }
    }

    Connection connect() throws SQLException {
        CatalogSettings settings = settings();
        return DriverManager.getConnection(settings.url(), settings.user(), settings.password());
    }

    /** Another process's catalog, where another process may have one. */
    JdbcCatalog secondCatalog() {
        return JdbcCatalog.open(settings(), new SimpleMeterRegistry());
    }

    static SegmentSession holding(SessionKey session, long at) {
        return new SegmentSession(session, facts(at), List.of(block(at, 10)));
    }

    SegmentCommit segment(long at, SegmentSession... sessions) {
        return segment(at, 0, 0, sessions);
    }

    SegmentCommit segment(long at, long journalFrom, long journalTo, SegmentSession... sessions) {
        String key = "segments/" + objects.incrementAndGet();
        catalog.intend(new ObjectIntent(key, ObjectKind.SEGMENT, "main", NODE, at));
        return new SegmentCommit(key, NODE, epoch, 4_242, journalFrom, journalTo, at, List.of(sessions));
    }

    void intendRecording(String key) {
        catalog.intend(new ObjectIntent(key, ObjectKind.RECORDING, "main", NODE, T));
    }

    /** A commit that replaces everything the session has now. */
    RecordingCommit recordingOf(SessionKey session, RecordingIndex index, long at) {
        SessionLayout layout = catalog.layout(session).orElseThrow();
        String key = "recordings/" + objects.incrementAndGet();
        intendRecording(key);
        return new RecordingCommit(
                key,
                layout.generation(),
                555,
                index,
                layout.blocks().stream().map(LocatedBlock::blockId).toList(),
                layout.recordings().stream().map(LocatedRecording::key).toList(),
                at);
    }

    RecordingCommit settle(SessionKey session, long at) {
        SessionFacts facts = catalog.layout(session).orElseThrow().facts();
        RecordingCommit commit = recordingOf(session, recording(session, 0, facts), at);
        catalog.commitRecording(commit);
        return commit;
    }

    Collection<SessionKey> lease(long now) {
        return catalog.leaseSettleable("settler", now, now, now, now, 10);
    }

    void bury(SessionKey session) throws SQLException {
        try (Connection connection = connect()) {
            new Transaction(connection)
                    .update(
                            "insert into tombstone (project, session, reason, at) values (?, ?, 0, ?)",
                            session.project(),
                            session.session(),
                            T);
        }
    }

    /** Puts bytes that mean nothing in the place of what a session has in segments; returns those of one. */
    byte[] damage(SessionKey session) throws SQLException {
        return repair(session, new byte[] {1, '?'});
    }

    byte[] repair(SessionKey session, byte[] packed) throws SQLException {
        String number = "(select number from session where project = ? and id = ?)";
        try (Connection connection = connect()) {
            Transaction transaction = new Transaction(connection);
            byte[] before = transaction
                    .first(
                            "select packed from segment_session where session_number = " + number,
                            row -> row.getBytes(1),
                            session.project(),
                            session.session())
                    .orElseThrow();
            transaction.update(
                    "update segment_session set packed = ? where session_number = " + number,
                    packed,
                    session.project(),
                    session.session());
            return before;
        }
    }

    /** Makes what is known of a session unreadable; returns it as it was. */
    String damageFacts(SessionKey session) throws SQLException {
        return repairFacts(session, "{");
    }

    String repairFacts(SessionKey session, String facts) throws SQLException {
        try (Connection connection = connect()) {
            Transaction transaction = new Transaction(connection);
            String before = transaction
                    .first(
                            "select facts from session where project = ? and id = ?",
                            row -> row.getString(1),
                            session.project(),
                            session.session())
                    .orElseThrow();
            transaction.update(
                    "update session set facts = ? where project = ? and id = ?",
                    facts,
                    session.project(),
                    session.session());
            return before;
        }
    }

    double damagedRows() {
        return meters.get("tapedeck.catalog.damaged.rows").counter().count();
    }

    static void assertConflict(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.CONFLICT));
    }
}
