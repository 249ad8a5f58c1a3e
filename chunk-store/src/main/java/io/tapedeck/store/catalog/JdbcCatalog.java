package io.tapedeck.store.catalog;

import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.AdoptionCatalog;
import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalogs;
import io.tapedeck.store.PartBounds;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionPage;
import io.tapedeck.store.SessionProgress;
import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The catalog in SQLite or PostgreSQL: {@link Catalog} and {@link AdminCatalog} over JDBC.
 *
 * <p>Thread-safe. Every method blocks, for a connection and for the database, and must not be called on an event loop.
 * Owns its connections until {@link #close}. On PostgreSQL any number of processes may share one database; a SQLite file
 * belongs to one process.
 */
public final class JdbcCatalog implements Catalog, AdminCatalog {
    private static final int PAGE_MAX = 200;

    private final Database database;
    private final PartBounds parts;
    private final Numbers sessionNumbers;
    private final Numbers segmentNumbers;
    private final Catalogs catalogs;

    private JdbcCatalog(Database database, PartBounds parts) {
        this.database = database;
        this.parts = parts;
        this.sessionNumbers = new Numbers(database, "session");
        this.segmentNumbers = new Numbers(database, "segment");
        this.catalogs = new Catalogs(
                this,
                new JdbcRetention(database),
                new JdbcProjects(database),
                new JdbcPeople(database),
                new JdbcAdoption(database, parts, sessionNumbers, segmentNumbers),
                new JdbcWrappedKeys(database),
                new JdbcErasures(database),
                new JdbcCompaction(database),
                new JdbcShares(database),
                new JdbcNotes(database),
                new JdbcViews(database));
    }

    /**
     * Connects and brings the tables up to date.
     *
     * @throws StoreException UNAVAILABLE if the database does not answer, UNAUTHORIZED if it refuses the credentials,
     *     UNSUPPORTED_VERSION if its tables are not those of this version
     */
    public static JdbcCatalog open(CatalogSettings settings, MeterRegistry meters) {
        return new JdbcCatalog(Database.open(settings, meters), settings.parts());
    }

    /**
     * Connects to look, also beside the process that a SQLite file belongs to. Calls that write fail.
     *
     * @throws StoreException as {@link #open} does; UNSUPPORTED_VERSION also if the tables must be brought up to date first
     */
    public static JdbcCatalog openReadOnly(CatalogSettings settings, MeterRegistry meters) {
        return new JdbcCatalog(Database.openReadOnly(settings, meters), settings.parts());
    }

    /** This database's seams. Usable until {@link #close}. */
    public Catalogs catalogs() {
        return catalogs;
    }

    /** How this database takes over what an object store holds. */
    public AdoptionCatalog adoption() {
        return catalogs.adoption();
    }

    @Override
    public NodeStart startNode(String node) {
        return new NodeStart(node, database.write("startNode", transaction -> Nodes.start(transaction, node)));
    }

    @Override
    public long epoch(String node) {
        return database.read("epoch", transaction -> Nodes.epoch(transaction, node));
    }

    @Override
    public JournalProgress journalProgress(String node) {
        return database.read("journalProgress", transaction -> Nodes.progress(transaction, node));
    }

    @Override
    public void forgetJournalBelow(String node, long number) {
        run("forgetJournalBelow", transaction -> Nodes.forgetBelow(transaction, node, number));
    }

    @Override
    public void intend(ObjectIntent intent) {
        long number = segmentNumbers.take(1);
        run("intend", transaction -> ObjectLedger.intend(transaction, intent, number));
    }

    @Override
    public Collection<SessionKey> commitSegment(SegmentCommit commit) {
        long firstNumber = sessionNumbers.take(commit.sessions().size());
        SegmentCommitting committing = new SegmentCommitting(commit, firstNumber, parts);
        return database.write("commitSegment", committing::run);
    }

    @Override
    public Optional<SessionLayout> layout(SessionKey session) {
        return database.read("layout", transaction -> SessionLayouts.find(transaction, session));
    }

    @Override
    public Map<SessionKey, SessionProgress> progress(Collection<SessionKey> sessions) {
        return database.read("progress", transaction -> SessionRow.progress(transaction, sessions));
    }

    @Override
    public Optional<SettlingLayout> settlingLayout(SessionKey session, int chunksMax) {
        return database.read(
                "settlingLayout", transaction -> SessionLayouts.findToSettle(transaction, session, chunksMax));
    }

    @Override
    public LocatedRecording recording(SessionKey session, String key) {
        return database.read("recording", transaction -> SessionLayouts.recording(transaction, session, key))
                .orElseThrow(() -> new StoreException(
                        StoreErrorKind.NOT_FOUND, "catalog: " + key + " is not a recording of the session any more"));
    }

    @Override
    public SessionPage sessions(SessionQuery query) {
        if (query.limit() < 1 || query.limit() > PAGE_MAX) {
            throw new IllegalArgumentException("limit must be 1 to " + PAGE_MAX);
        }
        return database.read("sessions", transaction -> new SessionList(transaction, query).page());
    }

    @Override
    public boolean isErased(SessionKey session) {
        return database.read("isErased", transaction -> Tombstones.covers(transaction, session));
    }

    @Override
    public List<SessionKey> leaseSettleable(
            String holder, long now, long silentSince, long finalSince, long leaseUntil, int limit) {
        return database.write(
                "leaseSettleable",
                transaction ->
                        SettlingLeases.take(transaction, holder, now, silentSince, finalSince, leaseUntil, limit));
    }

    @Override
    public void releaseSettling(String holder, SessionKey session) {
        run("releaseSettling", transaction -> SettlingLeases.release(transaction, holder, session));
    }

    @Override
    public void releaseSettling(String holder) {
        run("releaseSettling", transaction -> SettlingLeases.releaseAll(transaction, holder));
    }

    @Override
    public void commitRecording(RecordingCommit commit) {
        try {
            run("commitRecording", transaction -> {
                RecordingIndex index = commit.index();
                new Settling(transaction, index.session(), commit.generation(), commit.at(), parts).commit(commit);
            });
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.CONFLICT) {
                doom(commit.key(), commit.at());
            }
            throw e;
        }
    }

    @Override
    public void releaseRepeated(SessionKey session, int generation, Collection<Long> blocks, long at) {
        run(
                "releaseRepeated",
                transaction -> new Settling(transaction, session, generation, at, parts).releaseRepeated(blocks));
    }

    @Override
    public void doom(String key, long now) {
        run("doom", transaction -> ObjectLedger.doomIntent(transaction, key, now));
    }

    @Override
    public int doomStaleIntents(long before, long now) {
        return database.write(
                "doomStaleIntents", transaction -> ObjectLedger.doomStaleIntents(transaction, before, now));
    }

    @Override
    public List<String> doomed(long before, int limit) {
        return database.read("doomed", transaction -> ObjectLedger.doomed(transaction, before, limit));
    }

    @Override
    public void forget(String key, long at) {
        run("forget", transaction -> ObjectLedger.forget(transaction, key, at));
    }

    @Override
    public CatalogTotals totals() {
        return database.read("totals", transaction -> {
            CatalogWaiting waiting = waiting(transaction);
            return new CatalogTotals(
                    transaction.number("select count(*) from session_index where recorded = 1"),
                    waiting.unsettledSessions(),
                    waiting.segments(),
                    ObjectLedger.live(transaction, ObjectKind.RECORDING),
                    waiting.doomedObjects());
        });
    }

    @Override
    public CatalogWaiting waiting() {
        return database.read("waiting", JdbcCatalog::waiting);
    }

    private static CatalogWaiting waiting(Transaction transaction) throws SQLException {
        return new CatalogWaiting(
                SettlingLeases.unsettled(transaction),
                ObjectLedger.live(transaction, ObjectKind.SEGMENT),
                ObjectLedger.doomed(transaction));
    }

    @Override
    public void check() {
        // A row that nobody holds for long: erasing a user with thousands of sessions holds others.
        run(
                "check",
                transaction ->
                        transaction.update("update counter set next_number = next_number where name = 'session'"));
    }

    @Override
    public List<Project> projects() {
        return database.read("projects", Projects::all);
    }

    @Override
    public Optional<Project> project(String slug) {
        return database.read("project", transaction -> Projects.bySlug(transaction, slug));
    }

    @Override
    public Optional<Project> projectOfKey(String writeKey) {
        return database.read("projectOfKey", transaction -> Projects.byKey(transaction, writeKey));
    }

    @Override
    public List<WriteKey> writeKeys(String project) {
        return database.read("writeKeys", transaction -> Projects.keys(transaction, project));
    }

    @Override
    public Optional<Account> account(String name) {
        return database.read("account", transaction -> Accounts.byName(transaction, name));
    }

    @Override
    public Optional<Principal> principalOfToken(String tokenHash) {
        return database.read("principalOfToken", transaction -> Accounts.byToken(transaction, tokenHash));
    }

    @Override
    public Optional<Principal> principalOfLogin(String secretHash, long now) {
        return database.read("principalOfLogin", transaction -> Accounts.byLogin(transaction, secretHash, now));
    }

    @Override
    public boolean hasAdmin() {
        return database.read("hasAdmin", transaction -> Accounts.admins(transaction) > 0);
    }

    @Override
    public boolean createLogin(String secretHash, Account account, long createdAt, long expiresAt) {
        return database.write(
                "createLogin",
                transaction -> Accounts.createLogin(transaction, secretHash, account, createdAt, expiresAt));
    }

    @Override
    public void endLogin(String secretHash) {
        run("endLogin", transaction -> Accounts.endLogin(transaction, secretHash));
    }

    @Override
    public void deleteEndedLogins(long now) {
        run("deleteEndedLogins", transaction -> Accounts.deleteEndedLogins(transaction, now));
    }

    @Override
    public Bootstrapped bootstrap(Bootstrap bootstrap, long now) {
        bootstrap.writeKeys().forEach(ProjectRules::requireKey);
        if (bootstrap.writeKeyIfNone() != null) {
            ProjectRules.requireKey(bootstrap.writeKeyIfNone());
        }
        return database.write("bootstrap", transaction -> Bootstrapping.run(transaction, bootstrap, now));
    }

    @Override
    public void close() {
        database.close();
    }

    private interface Action {
        void run(Transaction transaction) throws SQLException;
    }

    private void run(String operation, Action action) {
        database.write(operation, transaction -> {
            action.run(transaction);
            return null;
        });
    }
}
