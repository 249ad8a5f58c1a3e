package io.tapedeck.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.AdminCatalog.Bootstrapped;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.AdminCatalog.OnLessMasking;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.AdminCatalog.WriteKey;
import io.tapedeck.store.By;
import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.CaptureSettings.Consent;
import io.tapedeck.store.CaptureSettings.Selectors;
import io.tapedeck.store.CaptureSettings.UrlRules;
import io.tapedeck.store.ProjectCatalog;
import io.tapedeck.store.ProjectCatalog.AuditEntry;
import io.tapedeck.store.ProjectCatalog.ProjectStorage;
import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.RetentionPolicy.Rule;
import io.tapedeck.store.RetentionPolicy.RuleKind;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link ProjectCatalog} promises. */
abstract class ProjectCatalogContract extends CatalogTestBase {
    private static final By BY = new By("admin", T);
    private static final ProjectSettings SETTINGS = new ProjectSettings(
            MaskingLevel.STRICT,
            OnLessMasking.REDACT,
            List.of("https://example.com"),
            new RetentionPolicy(48, List.of(new Rule(RuleKind.TAG, "plan", "pro", 1_000))),
            0.25,
            false,
            new CaptureSettings(
                    false,
                    true,
                    true,
                    false,
                    true,
                    new Selectors(List.of(".iban"), List.of("[data-x='ä']"), List.of()),
                    new UrlRules(List.of(), List.of("/account*")),
                    2_000,
                    Consent.REQUIRED));

    private ProjectCatalog projects;

    @BeforeEach
    void projects() {
        projects = catalog.catalogs().projects();
    }

    @Test
    void create_makesAProjectWithDefaultsAndTheNextNumber() {
        Project first = projects.create("shop", "The shop", BY);
        Project second = projects.create("a-1", "Ä", BY);

        assertThat(first).isEqualTo(new Project("shop", 1, "The shop", ProjectSettings.DEFAULT));
        assertThat(second.number()).isEqualTo(2);
        assertThat(catalog.projects()).containsExactly(first, second);
    }

    @Test
    void create_ofASlugThatIsTaken_isAConflict() throws SQLException {
        projects.create("shop", "The shop", BY);
        bury("shop");

        assertKind(StoreErrorKind.CONFLICT, () -> projects.create("shop", "Another", BY));
        assertThat(projects.create("shop2", "Another", BY).number()).isEqualTo(2);
    }

    @Test
    void create_ofAProjectThatCannotBe_saysWhy() {
        for (String slug : List.of("", "1a", "-a", "A", "a_b", "ä", "x".repeat(41))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> projects.create(slug, "A name", BY))
                    .withMessageContaining("slug");
        }
        for (String name : List.of("", " ", "a\nb", "x".repeat(201))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> projects.create("a", name, BY))
                    .withMessageContaining("name");
        }
        assertThat(catalog.projects()).isEmpty();
        assertThat(projects.audit(null, 0, 10)).isEmpty();
    }

    @Test
    void create_byManyAtOnce_givesEachItsNumber() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<Project>> running = IntStream.range(0, 12)
                    .mapToObj(i -> pool.submit(() -> projects.create("p" + i % 8, "A project", BY)))
                    .toList();
            for (Future<Project> one : running) {
                try {
                    one.get();
                } catch (java.util.concurrent.ExecutionException e) {
                    assertThat(e.getCause()).isInstanceOf(StoreException.class).hasMessageContaining("is taken");
                }
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(catalog.projects()).extracting(Project::number).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void change_givesNameAndSettings() {
        projects.create("shop", "The shop", BY);

        Project changed = projects.change("shop", to("New", SETTINGS), BY);

        assertThat(changed).isEqualTo(new Project("shop", 1, "New", SETTINGS));
        assertThat(catalog.project("shop")).contains(changed);
        assertKind(StoreErrorKind.NOT_FOUND, () -> projects.change("other", to("New", SETTINGS), BY));
    }

    @Test
    void change_writesOriginsAsBrowsersSendThem() {
        projects.create("shop", "The shop", BY);

        Project changed = projects.change(
                "shop",
                to(
                        "The shop",
                        origins(
                                "HTTPS://Example.com:443",
                                "https://example.com",
                                "http://localhost:3000",
                                "http://[::1]:80",
                                "capacitor://localhost")),
                BY);

        assertThat(changed.settings().origins())
                .containsExactly(
                        "https://example.com", "http://localhost:3000", "http://[::1]", "capacitor://localhost");
    }

    @Test
    void change_toSomethingThatCannotBe_saysWhyAndChangesNothing() {
        Project project = projects.create("shop", "The shop", BY);
        for (String origin : List.of(
                "",
                "example.com",
                "https://",
                "https://example.com/",
                "https://a b",
                "https://u@example.com",
                "https://example.com?x",
                "https://example.com:99999",
                "*",
                "https://ä.de",
                "null")) {
            assertThatIllegalArgumentException()
                    .as(origin)
                    .isThrownBy(() -> projects.change("shop", to("The shop", origins(origin)), BY))
                    .withMessageContaining("not an origin");
        }
        for (double rate : new double[] {-0.1, 1.1, Double.NaN}) {
            ProjectSettings settings = new ProjectSettings(
                    MaskingLevel.OPEN,
                    OnLessMasking.REJECT,
                    List.of(),
                    RetentionPolicy.DEFAULT,
                    rate,
                    true,
                    CaptureSettings.DEFAULT);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> projects.change("shop", to("The shop", settings), BY))
                    .withMessageContaining("sample rate");
        }
        String[] many = IntStream.range(0, 101)
                .mapToObj(i -> "https://h" + i + ".example")
                .toArray(String[]::new);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> projects.change("shop", to("The shop", origins(many)), BY));
        assertThatIllegalArgumentException().isThrownBy(() -> projects.change("shop", to(" ", SETTINGS), BY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> projects.change("shop", was -> new Project("x", 1, "The shop", SETTINGS), BY));

        assertThat(catalog.project("shop")).contains(project);
        assertThat(projects.audit("shop", 0, 10)).hasSize(1);
    }

    @Test
    void aProjectFromBeforeThereWasCapture_hasTheDefaults() throws SQLException {
        projects.create("shop", "The shop", BY);
        projects.change("shop", to("The shop", SETTINGS), BY);
        try (Connection connection = connect()) {
            new Transaction(connection).update("update project set capture = null where slug = ?", "shop");
        }

        CaptureSettings capture =
                catalog.project("shop").orElseThrow().settings().capture();

        assertThat(capture).isEqualTo(CaptureSettings.DEFAULT);
    }

    @Test
    void keys_areMadeOnceAndRevokedForGood() {
        projects.create("shop", "The shop", BY);
        projects.create("other", "Other", BY);

        assertThat(projects.createKey("shop", "pk_1", BY)).isEqualTo(new WriteKey("pk_1", "shop", T));
        assertThat(catalog.projectOfKey("pk_1")).map(Project::slug).contains("shop");
        assertKind(StoreErrorKind.CONFLICT, () -> projects.createKey("shop", "pk_1", BY));
        assertKind(StoreErrorKind.CONFLICT, () -> projects.createKey("other", "pk_1", BY));
        assertKind(StoreErrorKind.NOT_FOUND, () -> projects.createKey("none", "pk_2", BY));
        assertKind(StoreErrorKind.NOT_FOUND, () -> projects.revokeKey("other", "pk_1", BY));
        for (String key : List.of("", "a b", "ü", "x".repeat(201))) {
            assertThatIllegalArgumentException().isThrownBy(() -> projects.createKey("shop", key, BY));
        }

        projects.revokeKey("shop", "pk_1", BY);

        assertThat(catalog.projectOfKey("pk_1")).isEmpty();
        assertThat(catalog.writeKeys("shop")).isEmpty();
        assertKind(StoreErrorKind.NOT_FOUND, () -> projects.revokeKey("shop", "pk_1", BY));
        assertKind(StoreErrorKind.CONFLICT, () -> projects.createKey("shop", "pk_1", BY));
    }

    @Test
    void anErasedProject_isNotThere() throws SQLException {
        catalog.bootstrap(new Bootstrap(List.of("pk_1"), null, null, null), T);
        bury("default");

        assertThat(catalog.projects()).isEmpty();
        assertThat(catalog.project("default")).isEmpty();
        assertThat(catalog.projectOfKey("pk_1")).isEmpty();
        assertKind(StoreErrorKind.NOT_FOUND, () -> projects.change("default", to("New", SETTINGS), BY));
        assertKind(StoreErrorKind.NOT_FOUND, () -> projects.createKey("default", "pk_2", BY));
        assertThat(catalog.bootstrap(new Bootstrap(List.of(), "pk_3", null, null), T))
                .isEqualTo(new Bootstrapped(false, false, false));
        assertThat(catalog.writeKeys("default")).extracting(WriteKey::key).containsExactly("pk_1");
    }

    @Test
    void everyChange_isInTheAuditTrail() {
        projects.create("shop", "The shop", new By("ann", T));
        projects.change("shop", to("New", ProjectSettings.DEFAULT), new By("bob", T + 1));
        projects.change("shop", UnaryOperator.identity(), new By("bob", T + 2));
        projects.createKey("shop", "pk_0123456789", new By("api token ci", T + 3));
        projects.revokeKey("shop", "pk_0123456789", new By("ann", T + 4));
        projects.record(new By("cid", T + 5), "account.change", null, "ann", "{\"role\":\"VIEWER\"}");

        assertThat(projects.audit(null, 0, 10))
                .containsExactly(
                        new AuditEntry(5, T + 5, "cid", "account.change", null, "ann", "{\"role\":\"VIEWER\"}"),
                        new AuditEntry(4, T + 4, "ann", "key.revoke", "shop", "pk_0123456…", null),
                        new AuditEntry(3, T + 3, "api token ci", "key.create", "shop", "pk_0123456…", null),
                        new AuditEntry(
                                2,
                                T + 1,
                                "bob",
                                "project.change",
                                "shop",
                                null,
                                "{\"name\":{\"was\":\"The shop\",\"is\":\"New\"}}"),
                        new AuditEntry(1, T, "ann", "project.create", "shop", null, "{\"name\":\"The shop\"}"));
        assertThat(projects.audit("shop", 4, 2)).extracting(AuditEntry::number).containsExactly(3L, 2L);
        assertThat(projects.audit("other", 0, 2)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> projects.audit(null, 0, 201));
    }

    @Test
    void everyChange_raisesTheAdminRev() throws SQLException {
        long rev = adminRev();
        List<Runnable> changes = List.of(
                () -> catalog.bootstrap(new Bootstrap(List.of("pk_1"), null, "argon", "token"), T),
                () -> catalog.bootstrap(new Bootstrap(List.of(), "pk_2", "argon", "token2"), T),
                () -> projects.create("shop", "The shop", BY),
                () -> projects.change("shop", to("New", SETTINGS), BY),
                () -> projects.createKey("shop", "pk_3", BY),
                () -> projects.revokeKey("shop", "pk_3", BY));
        for (Runnable change : changes) {
            change.run();
            assertThat(adminRev()).isEqualTo(++rev);
        }

        catalog.bootstrap(new Bootstrap(List.of("pk_1"), null, "argon", "token"), T);
        projects.change("shop", UnaryOperator.identity(), BY);
        projects.record(BY, "login", null, null, null);

        assertThat(adminRev()).isEqualTo(rev);
    }

    @Test
    void storage_addsUpTheIndex() {
        catalog.commitSegment(segment(T, holding(A, T), holding(B, T)));
        settle(A, T + 1);

        assertThat(projects.storage("default")).isEqualTo(new ProjectStorage(2, 1, 2_000, 555 + 100));
        assertThat(projects.storage("other")).isEqualTo(new ProjectStorage(0, 0, 0, 0));
    }

    private long adminRev() throws SQLException {
        try (Connection connection = connect()) {
            return AdminRev.current(new Transaction(connection));
        }
    }

    private void bury(String project) throws SQLException {
        try (Connection connection = connect()) {
            new Transaction(connection).update("update project set erased_at = ? where slug = ?", T, project);
        }
    }

    private static UnaryOperator<Project> to(String name, ProjectSettings settings) {
        return was -> new Project(was.slug(), was.number(), name, settings);
    }

    private static ProjectSettings origins(String... origins) {
        return new ProjectSettings(
                MaskingLevel.BALANCED,
                OnLessMasking.REJECT,
                List.of(origins),
                RetentionPolicy.DEFAULT,
                1,
                true,
                CaptureSettings.DEFAULT);
    }

    private static void assertKind(StoreErrorKind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
