package io.tapedeck.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.AdminCatalog.Bootstrapped;
import io.tapedeck.store.AdminCatalog.Principal;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.By;
import io.tapedeck.store.PeopleCatalog;
import io.tapedeck.store.PeopleCatalog.Person;
import io.tapedeck.store.PeopleCatalog.Token;
import io.tapedeck.store.PeopleRefusal;
import io.tapedeck.store.PeopleRefusal.Reason;
import io.tapedeck.store.ProjectCatalog.AuditEntry;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link PeopleCatalog} promises. */
abstract class PeopleCatalogContract extends CatalogTestBase {
    private static final By BY = new By("admin", T);
    private static final String HASH = "0123456789abcdef".repeat(4);
    private static final String ID = "0123456789abcdef";

    private PeopleCatalog people;

    @BeforeEach
    void people() {
        people = catalog.catalogs().people();
        catalog.bootstrap(new Bootstrap(List.of(), "pk", "argon", null), T);
    }

    @Test
    void add_makesAnAccountThatIsListedByName() {
        people.add(new Account("viv@example.com", Role.VIEWER, "viv's"), BY);
        people.add(new Account("Bob", Role.ADMIN, "bob's"), BY);
        login("one", "Bob");
        login("two", "Bob");
        catalog.createLogin("over", catalog.account("Bob").orElseThrow(), T - 10, T);

        assertThat(people.accounts(T))
                .containsExactly(
                        new Person("admin", Role.ADMIN, 0),
                        new Person("Bob", Role.ADMIN, 2),
                        new Person("viv@example.com", Role.VIEWER, 0));
        assertThat(catalog.account("viv@example.com")).contains(new Account("viv@example.com", Role.VIEWER, "viv's"));
    }

    @Test
    void add_ofANameThatIsInUse_isRefused() {
        people.add(new Account("viv", Role.VIEWER, "viv's"), BY);
        people.createToken("canary", Role.VIEWER, HASH, BY);

        for (String name : List.of("viv", "VIV", "Canary", "bootstrap", "Tapedeck")) {
            assertRefused(Reason.TAKEN, () -> people.add(new Account(name, Role.ADMIN, "other"), BY));
        }
        assertThat(catalog.account("viv").orElseThrow().passwordHash()).isEqualTo("viv's");
    }

    @Test
    void add_ofANameThatCannotBe_saysWhy() {
        for (String name : List.of("", " ", "-a", "a b", "a/b", "ä", "a\0", "x".repeat(101))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> people.add(new Account(name, Role.VIEWER, "argon"), BY))
                    .withMessageContaining("name");
        }
        people.add(new Account("x".repeat(100), Role.VIEWER, "argon"), BY);
        assertThat(people.accounts(T)).hasSize(2);
    }

    @Test
    void add_beyondTheBound_isRefused() throws SQLException {
        fill(
                "insert into account (name, role, password_hash) values (?, 'VIEWER', 'x')",
                PeopleCatalog.ACCOUNTS_MAX - 2);
        people.add(new Account("last", Role.VIEWER, "argon"), BY);

        assertRefused(Reason.TOO_MANY, () -> people.add(new Account("one-more", Role.VIEWER, "argon"), BY));

        people.remove("last", BY);
        people.add(new Account("one-more", Role.VIEWER, "argon"), BY);
    }

    @Test
    void change_ofARole_holdsForLoginsThatGoOn() {
        people.add(new Account("viv", Role.VIEWER, "viv's"), BY);
        login("one", "viv");

        people.change("viv", Role.ADMIN, null, null, BY);

        assertThat(catalog.principalOfLogin("one", T)).contains(new Principal("viv", Role.ADMIN));
        assertThat(catalog.account("viv").orElseThrow().passwordHash()).isEqualTo("viv's");
    }

    @Test
    void change_ofAPassword_endsTheLoginsButTheOneToKeep() {
        people.add(new Account("viv", Role.VIEWER, "viv's"), BY);
        login("one", "viv");
        login("two", "viv");
        login("admin's", "admin");

        people.change("viv", null, "new", "two", BY);

        assertThat(catalog.principalOfLogin("one", T)).isEmpty();
        assertThat(catalog.principalOfLogin("two", T)).contains(new Principal("viv", Role.VIEWER));
        assertThat(catalog.principalOfLogin("admin's", T)).isPresent();
        assertThat(catalog.account("viv").orElseThrow().passwordHash()).isEqualTo("new");

        people.change("viv", null, "newer", null, BY);

        assertThat(catalog.principalOfLogin("two", T)).isEmpty();
    }

    @Test
    void changeOwnPassword_isRefusedIfThePasswordIsAnotherByNow() {
        people.add(new Account("viv", Role.VIEWER, "viv's"), BY);
        login("one", "viv");
        login("two", "viv");

        assertThat(people.changeOwnPassword("viv", "other", "new", "one", BY)).isFalse();
        assertThat(people.changeOwnPassword("nobody", "viv's", "new", "one", BY))
                .isFalse();
        assertThat(catalog.principalOfLogin("two", T)).isPresent();
        assertThat(people.changeOwnPassword("viv", "viv's", "new", "one", BY)).isTrue();

        assertThat(catalog.account("viv").orElseThrow().passwordHash()).isEqualTo("new");
        assertThat(catalog.principalOfLogin("one", T)).isPresent();
        assertThat(catalog.principalOfLogin("two", T)).isEmpty();
    }

    @Test
    void aLogin_withAPasswordThatIsAnotherByNow_isNotMade() {
        people.add(new Account("viv", Role.VIEWER, "viv's"), BY);
        Account asked = catalog.account("viv").orElseThrow();

        people.change("viv", null, "new", null, BY);
        assertThat(catalog.createLogin("one", asked, T, T + 100)).isFalse();
        people.change("viv", null, "viv's", null, BY);
        assertThat(catalog.createLogin("two", asked, T, T + 100)).isTrue();
        people.remove("viv", BY);
        assertThat(catalog.createLogin("three", asked, T, T + 100)).isFalse();

        people.add(asked, BY);
        for (String login : List.of("one", "two", "three")) {
            assertThat(catalog.principalOfLogin(login, T)).as(login).isEmpty();
        }
    }

    @Test
    void logins_beginningWhileThePasswordChanges_areOverAfterwards() throws Exception {
        people.add(new Account("viv", Role.VIEWER, "p0"), BY);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 10; round++) {
                Account asked = catalog.account("viv").orElseThrow();
                String next = "p" + (round + 1);
                CountDownLatch start = new CountDownLatch(1);
                List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    String login = round + "-" + i;
                    running.add(pool.submit(() -> {
                        start.await();
                        return catalog.createLogin(login, asked, T, T + 100);
                    }));
                }
                running.add(pool.submit(() -> {
                    start.await();
                    people.change("viv", null, next, null, BY);
                    return null;
                }));
                start.countDown();
                for (Future<?> one : running) {
                    one.get();
                }
                for (int i = 0; i < 3; i++) {
                    assertThat(catalog.principalOfLogin(round + "-" + i, T)).isEmpty();
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void remove_takesTheLoginsAlong() {
        people.add(new Account("viv", Role.VIEWER, "viv's"), BY);
        login("one", "viv");

        people.remove("viv", BY);

        assertThat(catalog.principalOfLogin("one", T)).isEmpty();
        assertThat(people.accounts(T)).extracting(Person::name).containsExactly("admin");
        people.add(new Account("viv", Role.ADMIN, "another's"), BY);
        assertThat(catalog.principalOfLogin("one", T)).isEmpty();
    }

    @Test
    void anAccountThatIsNotThere_isNotFound() {
        assertKind(StoreErrorKind.NOT_FOUND, () -> people.change("nobody", Role.ADMIN, null, null, BY));
        assertKind(StoreErrorKind.NOT_FOUND, () -> people.remove("nobody", BY));
        assertKind(StoreErrorKind.NOT_FOUND, () -> people.revokeToken(ID, BY));
    }

    @Test
    void theLastAdmin_staysOne() {
        people.add(new Account("viv", Role.VIEWER, "viv's"), BY);
        people.createToken("ci", Role.ADMIN, HASH, BY);

        assertRefused(Reason.LAST_ADMIN, () -> people.remove("admin", BY));
        assertRefused(Reason.LAST_ADMIN, () -> people.change("admin", Role.VIEWER, "new", null, BY));
        people.change("admin", Role.ADMIN, null, null, BY);
        assertThat(catalog.account("admin")).contains(new Account("admin", Role.ADMIN, "argon"));

        people.change("viv", Role.ADMIN, null, null, BY);
        people.change("admin", Role.VIEWER, null, null, BY);
        people.remove("admin", BY);
        assertRefused(Reason.LAST_ADMIN, () -> people.remove("viv", BY));
        assertThat(catalog.hasAdmin()).isTrue();
    }

    @Test
    void theLastTwoAdmins_takenAtOnce_leaveOne() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 10; round++) {
                List<String> names = List.of("a" + round, "b" + round, "c" + round, "d" + round);
                names.forEach(name -> people.add(new Account(name, Role.ADMIN, "x"), BY));
                people.accounts(T).stream()
                        .map(Person::name)
                        .filter(name -> !names.contains(name))
                        .forEach(name -> people.remove(name, BY));
                CountDownLatch start = new CountDownLatch(1);
                List<Future<?>> running = IntStream.range(0, 4)
                        .<Future<?>>mapToObj(i -> pool.submit(() -> {
                            start.await();
                            if (i % 2 == 0) {
                                people.remove(names.get(i), BY);
                            } else {
                                people.change(names.get(i), Role.VIEWER, null, null, BY);
                            }
                            return null;
                        }))
                        .toList();
                start.countDown();
                assertThat(running.stream().filter(PeopleCatalogContract::wasRefused))
                        .hasSize(1);
                assertThat(people.accounts(T).stream().filter(one -> one.role() == Role.ADMIN))
                        .hasSize(1);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void createToken_makesATokenThatIsListedWithoutItsHash() {
        Token made = people.createToken("Nightly canary", Role.VIEWER, HASH, BY);

        assertThat(made).isEqualTo(new Token(ID, "Nightly canary", Role.VIEWER, T));
        assertThat(people.tokens()).containsExactly(made);
        assertThat(catalog.principalOfToken(HASH)).contains(new Principal("Nightly canary", Role.VIEWER));
    }

    @Test
    void createToken_ofANameInUseOrThatCannotBe_isRefused() {
        people.createToken("canary", Role.VIEWER, HASH, BY);

        for (String name : List.of("Canary", "ADMIN", "Bootstrap", "tapedeck erase")) {
            assertRefused(Reason.TAKEN, () -> people.createToken(name, Role.VIEWER, "other", BY));
        }
        for (String name : List.of("", " a", "a ", "a\nb", "a\0b", "\ud800", "x".repeat(101))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> people.createToken(name, Role.VIEWER, "other", BY))
                    .withMessageContaining("name");
        }
        assertThat(people.tokens()).hasSize(1);
    }

    @Test
    void createToken_beyondTheBound_isRefused() throws SQLException {
        fill(
                "insert into api_token (hash, name, role, created_at) values (?, 'bootstrap', 'ADMIN', 1)",
                PeopleCatalog.TOKENS_MAX);

        assertRefused(Reason.TOO_MANY, () -> people.createToken("one-more", Role.VIEWER, HASH, BY));
    }

    @Test
    void revokeToken_isForGood() {
        people.createToken("canary", Role.ADMIN, HASH, BY);

        people.revokeToken(ID, BY);

        assertThat(people.tokens()).isEmpty();
        assertThat(catalog.principalOfToken(HASH)).isEmpty();
        catalog.bootstrap(new Bootstrap(List.of(), "pk", "argon", HASH), T);
        assertThat(catalog.principalOfToken(HASH)).isEmpty();
        assertKind(StoreErrorKind.NOT_FOUND, () -> people.revokeToken(ID, BY));
        assertKind(StoreErrorKind.CONFLICT, () -> people.createToken("other", Role.ADMIN, HASH, BY));
    }

    @Test
    void bootstrap_makesNoAdminWhereThereIsOne() {
        people.add(new Account("bob", Role.ADMIN, "bob's"), BY);
        people.remove("admin", BY);

        Bootstrapped made = catalog.bootstrap(new Bootstrap(List.of(), "pk", "argon", null), T);

        assertThat(made).isEqualTo(new Bootstrapped(false, false, false));
        assertThat(catalog.account("admin")).isEmpty();
    }

    @Test
    void everyChange_isInTheAuditTrailAndRaisesTheAdminRev() throws SQLException {
        long rev = adminRev();
        List<Runnable> changes = List.of(
                () -> people.add(new Account("viv", Role.VIEWER, "viv's"), BY),
                () -> people.change("viv", Role.ADMIN, null, null, BY),
                () -> people.change("viv", null, "new", null, BY),
                () -> people.changeOwnPassword("viv", "new", "newer", null, new By("viv", T)),
                () -> people.remove("viv", BY),
                () -> people.createToken("ci", Role.ADMIN, HASH, BY),
                () -> people.revokeToken(ID, BY));
        for (Runnable change : changes) {
            change.run();
            assertThat(adminRev()).isEqualTo(++rev);
        }
        people.change("admin", Role.ADMIN, null, null, BY);
        people.changeOwnPassword("admin", "wrong", "new", null, BY);
        assertRefused(Reason.LAST_ADMIN, () -> people.remove("admin", BY));

        assertThat(adminRev()).isEqualTo(rev);
        assertThat(catalog.catalogs().projects().audit(null, 0, 100))
                .containsExactly(
                        entry(7, "admin", "token.revoke", "ci", "{\"id\":\"" + ID + "\"}"),
                        entry(6, "admin", "token.create", "ci", "{\"id\":\"" + ID + "\",\"role\":\"ADMIN\"}"),
                        entry(5, "admin", "account.remove", "viv", null),
                        entry(4, "viv", "account.password", "viv", null),
                        entry(3, "admin", "account.password", "viv", null),
                        entry(2, "admin", "account.change", "viv", "{\"role\":{\"was\":\"VIEWER\",\"is\":\"ADMIN\"}}"),
                        entry(1, "admin", "account.create", "viv", "{\"role\":\"VIEWER\"}"));
    }

    private static AuditEntry entry(long number, String actor, String action, String subject, String detail) {
        return new AuditEntry(number, T, actor, action, null, subject, detail);
    }

    private void login(String hash, String account) {
        assertThat(catalog.createLogin(hash, catalog.account(account).orElseThrow(), T, T + 100))
                .isTrue();
    }

    private void fill(String sql, int rows) throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            new Transaction(connection)
                    .batch(
                            sql,
                            IntStream.range(0, rows)
                                    .mapToObj(i -> new Object[] {"n" + i})
                                    .toList());
            connection.commit();
        }
    }

    private long adminRev() throws SQLException {
        try (Connection connection = connect()) {
            return AdminRev.current(new Transaction(connection));
        }
    }

    private static boolean wasRefused(Future<?> change) {
        try {
            change.get();
            return false;
        } catch (ExecutionException e) {
            return e.getCause() instanceof PeopleRefusal refusal && refusal.reason() == Reason.LAST_ADMIN;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertRefused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PeopleRefusal.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static void assertKind(StoreErrorKind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
