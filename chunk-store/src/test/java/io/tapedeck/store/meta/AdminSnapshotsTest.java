package io.tapedeck.store.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.AdminCatalog.OnLessMasking;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.AdminCatalog.WriteKey;
import io.tapedeck.store.AdminState;
import io.tapedeck.store.AdminState.ApiToken;
import io.tapedeck.store.AdminState.Mark;
import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.CaptureSettings.Consent;
import io.tapedeck.store.CaptureSettings.Selectors;
import io.tapedeck.store.CaptureSettings.UrlRules;
import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.RetentionPolicy.Rule;
import io.tapedeck.store.RetentionPolicy.RuleKind;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.object.MemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AdminSnapshotsTest {
    /** What was added to version 1 later; a snapshot without it holds the defaults. */
    private static final String CAPTURE = """
            ,"capture":{"console":false,"network":true,"networkHeaders":true,"networkBodies":false,"errors":true,\
            "selectors":{"mask":[".iban"],"block":[],"ignore":["#code"]},"urls":{"include":["/shop*"],"exclude":[]},\
            "minimumDurationMs":3000,"consent":"REQUIRED"}""";

    /** As version 1 writes it. A later program must read it as {@link #STATE}. */
    private static final String JSON = """
            {"version":1,"rev":7,"projects":[{"slug":"shop","number":2,"name":"Läden","settings":{"masking":"STRICT",\
            "onLessMasking":"REDACT","origins":["https://example.com"],"retention":{"keepHours":48,"rules":[\
            {"kind":"TAG","name":"plan","value":"pro","keepHours":9},{"kind":"ERRORS","keepHours":8}]},\
            "sampleRate":0.5,"recording":false""" + CAPTURE + """
            }}],"keys":[{"key":"pk_1","project":"shop","createdAt":5}],\
            "accounts":[{"name":"admin","role":"ADMIN","passwordHash":"$argon2id$x"}],"tokens":[{"hash":"ab",\
            "name":"ci","role":"VIEWER","createdAt":6}],"marks":[{"session":{"project":"shop","session":"s1"},\
            "pinned":true,"held":false}],"erasedProjects":["gone"]}""";

    private static final AdminState STATE = new AdminState(
            7,
            List.of(new Project(
                    "shop",
                    2,
                    "Läden",
                    new ProjectSettings(
                            MaskingLevel.STRICT,
                            OnLessMasking.REDACT,
                            List.of("https://example.com"),
                            new RetentionPolicy(
                                    48,
                                    List.of(
                                            new Rule(RuleKind.TAG, "plan", "pro", 9),
                                            new Rule(RuleKind.ERRORS, null, null, 8))),
                            0.5,
                            false,
                            new CaptureSettings(
                                    false,
                                    true,
                                    true,
                                    false,
                                    true,
                                    new Selectors(List.of(".iban"), List.of(), List.of("#code")),
                                    new UrlRules(List.of("/shop*"), List.of()),
                                    3_000,
                                    Consent.REQUIRED)))),
            List.of(new WriteKey("pk_1", "shop", 5)),
            List.of(new Account("admin", Role.ADMIN, "$argon2id$x")),
            List.of(new ApiToken("ab", "ci", Role.VIEWER, 6)),
            List.of(new Mark(new SessionKey("shop", "s1"), true, false)),
            List.of("gone"));

    private final MemoryObjectStore objects = new MemoryObjectStore(1 << 20);
    private final AdminSnapshots snapshots = new AdminSnapshots(objects);

    @Test
    void aSnapshot_hasTheDocumentedForm() {
        assertThat(new String(AdminSnapshots.encode(STATE), StandardCharsets.UTF_8))
                .isEqualTo(JSON);
        assertThat(AdminSnapshots.decode(JSON.getBytes(StandardCharsets.UTF_8))).isEqualTo(STATE);
        assertThat(AdminSnapshots.key(7)).isEqualTo("meta/admin/0000000000000000007.json");
    }

    @Test
    void aSnapshotFromBeforeThereWasCapture_holdsTheDefaults() {
        AdminState state = AdminSnapshots.decode(JSON.replace(CAPTURE, "").getBytes(StandardCharsets.UTF_8));

        assertThat(JSON).contains(CAPTURE);
        assertThat(state.projects().get(0).settings().capture()).isEqualTo(CaptureSettings.DEFAULT);
        assertThat(state.keys()).isEqualTo(STATE.keys());
    }

    @Test
    void newest_isTheOneWithTheHighestRev() throws Exception {
        assertThat(snapshots.newest()).isEmpty();
        assertThat(snapshots.newestRev()).isEmpty();

        snapshots.write(rev(10));
        snapshots.write(rev(9));
        snapshots.write(rev(10));

        assertThat(snapshots.newest()).contains(rev(10));
        assertThat(snapshots.newestRev()).isEqualTo(OptionalLong.of(10));
    }

    @Test
    void prune_keepsTheNewest() throws Exception {
        for (long rev = 7; rev < 12; rev++) {
            snapshots.write(rev(rev));
        }
        snapshots.prune(3);
        snapshots.prune(3);

        assertThat(objects.list("meta/", null, 10).get())
                .extracting(found -> found.key())
                .containsExactly(AdminSnapshots.key(9), AdminSnapshots.key(10), AdminSnapshots.key(11));
    }

    @Test
    void whatCannotBeRead_isPassedOver() throws Exception {
        put(12, "{");
        put(11, "{\"version\":2,\"rev\":11}");
        put(10, "null");
        put(9, "{\"version\":1,\"rev\":9,\"projects\":[{\"slug\":\"x\",\"settings\":{\"masking\":\"NONE\"}}]}");
        put(8, JSON);
        assertThatThrownBy(snapshots::newest)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.CORRUPT));

        put(7, JSON.replace("\"version\"", "\"later\":[1],\"version\""));

        assertThat(snapshots.newest()).contains(STATE);
        assertThat(snapshots.newestRev()).isEqualTo(OptionalLong.of(12));
    }

    @Test
    void aLaterVersion_isNotGuessedAt() {
        assertThatThrownBy(() -> AdminSnapshots.decode("{\"version\":2}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.UNSUPPORTED_VERSION));
    }

    private void put(long rev, String json) throws Exception {
        objects.put(AdminSnapshots.key(rev), StandardCharsets.UTF_8.encode(json))
                .get();
    }

    private static AdminState rev(long rev) {
        return new AdminState(rev, STATE.projects(), List.of(), List.of(), List.of(), List.of(), List.of());
    }
}
