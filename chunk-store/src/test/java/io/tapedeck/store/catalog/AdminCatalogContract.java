package io.tapedeck.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.AdminCatalog.Bootstrapped;
import io.tapedeck.store.AdminCatalog.Principal;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.AdminCatalog.WriteKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link AdminCatalog} promises. */
abstract class AdminCatalogContract extends CatalogTestBase {
    private static final Project DEFAULT =
            new Project(AdminCatalog.DEFAULT_PROJECT, 1, "Default", ProjectSettings.DEFAULT);

    @Test
    void bootstrap_ofAnEmptyCatalog_makesWhatAFirstStartNeeds() {
        assertThat(catalog.projects()).isEmpty();

        Bootstrapped made = catalog.bootstrap(new Bootstrap(List.of(), "pk_first", "argon", "token"), T);

        assertThat(made).isEqualTo(new Bootstrapped(true, true, true));
        assertThat(catalog.projects()).containsExactly(DEFAULT);
        assertThat(catalog.project("default")).contains(DEFAULT);
        assertThat(catalog.project("other")).isEmpty();
        assertThat(catalog.writeKeys("default")).containsExactly(new WriteKey("pk_first", "default", T));
        assertThat(catalog.account("admin")).contains(new Account("admin", Role.ADMIN, "argon"));
        assertThat(catalog.account("nobody")).isEmpty();
        assertThat(catalog.principalOfToken("token")).contains(new Principal("bootstrap", Role.ADMIN));
        assertThat(catalog.principalOfToken("other")).isEmpty();
    }

    @Test
    void bootstrap_repeated_changesNothingThatExists() {
        catalog.bootstrap(new Bootstrap(List.of(), "pk_first", "argon", "token"), T);

        Bootstrapped made = catalog.bootstrap(new Bootstrap(List.of(), "pk_second", "other", "token2"), T + 1);

        assertThat(made).isEqualTo(new Bootstrapped(false, false, false));
        assertThat(catalog.writeKeys("default")).extracting(WriteKey::key).containsExactly("pk_first");
        assertThat(catalog.account("admin").orElseThrow().passwordHash()).isEqualTo("argon");
        assertThat(catalog.principalOfToken("token")).isPresent();
        assertThat(catalog.principalOfToken("token2")).isPresent();
    }

    @Test
    void bootstrap_makesTheKeysThatAreAbsent() {
        catalog.bootstrap(new Bootstrap(List.of("a.key_-1"), null, null, null), T);

        Bootstrapped made = catalog.bootstrap(new Bootstrap(List.of("a.key_-1", "b"), null, "argon", null), T + 1);

        assertThat(made).isEqualTo(new Bootstrapped(false, true, true));
        assertThat(catalog.writeKeys("default"))
                .containsExactly(new WriteKey("a.key_-1", "default", T), new WriteKey("b", "default", T + 1));
        assertThat(catalog.projectOfKey("a.key_-1")).contains(DEFAULT);
        assertThat(catalog.projectOfKey("c")).isEmpty();
    }

    @Test
    void bootstrap_ofAKeyThatCannotBe_isRefusedWhole() {
        for (String key : List.of("", "a b", "ü", "x".repeat(201))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> catalog.bootstrap(new Bootstrap(List.of("ok", key), null, null, null), T));
        }
        assertThat(catalog.projects()).isEmpty();
        catalog.bootstrap(new Bootstrap(List.of("x".repeat(200)), null, null, null), T);
    }

    @Test
    void aRevokedKey_isUnknown_andStaysRevoked() throws SQLException {
        catalog.bootstrap(new Bootstrap(List.of("a", "b"), null, null, null), T);
        try (Connection connection = connect()) {
            new Transaction(connection).update("update write_key set revoked_at = ? where key = 'a'", T);
        }
        catalog.bootstrap(new Bootstrap(List.of("a", "b"), null, null, null), T + 1);

        assertThat(catalog.projectOfKey("a")).isEmpty();
        assertThat(catalog.writeKeys("default")).extracting(WriteKey::key).containsExactly("b");
    }

    @Test
    void aLogin_isKnownUntilItExpiresOrIsEnded() {
        catalog.bootstrap(new Bootstrap(List.of(), "pk", "argon", null), T);
        Account admin = catalog.account("admin").orElseThrow();
        assertThat(catalog.createLogin("one", admin, T, T + 100)).isTrue();
        assertThat(catalog.createLogin("two", admin, T, T + 200)).isTrue();

        assertThat(catalog.principalOfLogin("one", T + 99)).contains(new Principal("admin", Role.ADMIN));
        assertThat(catalog.principalOfLogin("one", T + 100)).isEmpty();
        catalog.deleteEndedLogins(T + 100);
        assertThat(catalog.principalOfLogin("one", T)).isEmpty();
        assertThat(catalog.principalOfLogin("two", T + 199)).isPresent();
        catalog.endLogin("two");
        catalog.endLogin("never was");
        assertThat(catalog.principalOfLogin("two", T)).isEmpty();
    }
}
