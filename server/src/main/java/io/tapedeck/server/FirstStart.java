package io.tapedeck.server;

import io.tapedeck.playback.PasswordHasher;
import io.tapedeck.playback.Secrets;
import io.tapedeck.server.config.Configuration;
import io.tapedeck.server.config.Settings;
import io.tapedeck.server.storage.DataFolder;
import io.tapedeck.store.AdminCatalog;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what a fresh installation needs: a project with a write key, an admin account, perhaps an API token. */
final class FirstStart {
    private static final Logger LOG = LoggerFactory.getLogger(FirstStart.class);

    /** Name of the file in the data folder that holds a password made here. */
    static final String PASSWORD_FILE = "admin-password";

    private static final int PASSWORD_LENGTH = 20;

    private final PasswordHasher hasher = new PasswordHasher();
    private final Configuration configuration;
    private final DataFolder folder;
    /** Of the account, if it is made: as given, or made here. */
    private final String password;
    /** Null until {@link #prepare}. */
    private CompletableFuture<String> hash;

    FirstStart(Configuration configuration, DataFolder folder) {
        this.configuration = configuration;
        this.folder = folder;
        String given = configuration.get(Settings.BOOTSTRAP_ADMIN_PASSWORD);
        this.password = given != null ? given : Secrets.letters(PASSWORD_LENGTH);
    }

    /** For a catalog that is about to be made, and so will need it: begins to hash the password, which takes a while. */
    void prepare() {
        hash = StartTasks.begin("hash", () -> hasher.hash(password));
    }

    /**
     * Makes what is absent.
     *
     * @return whether the admin's password was made now, and is in its file
     */
    boolean run(AdminCatalog catalog, long now) {
        List<String> givenKeys = configuration.get(Settings.BOOTSTRAP_WRITE_KEY);
        String givenPassword = configuration.get(Settings.BOOTSTRAP_ADMIN_PASSWORD);
        String token = configuration.get(Settings.BOOTSTRAP_API_TOKEN);
        boolean isNew = !catalog.hasAdmin();
        if (isNew && givenPassword == null) {
            // Before the account: nobody may ever have an account whose password was never written down.
            folder.writeSecret(PASSWORD_FILE, password);
        }
        AdminCatalog.Bootstrapped made = catalog.bootstrap(
                new AdminCatalog.Bootstrap(
                        givenKeys == null ? List.of() : givenKeys,
                        Secrets.generateWriteKey(),
                        isNew ? hashed() : null,
                        token == null ? null : Secrets.hash(token)),
                now);
        if (token != null && catalog.principalOfToken(Secrets.hash(token)).isEmpty()) {
            LOG.warn(
                    "the API token of {} was revoked and stays so: take another one",
                    Settings.BOOTSTRAP_API_TOKEN.name());
        }
        if (isNew && givenPassword == null && !made.admin()) {
            // Another process that starts on the same catalog made the account: its file has the password.
            folder.deleteSecret(PASSWORD_FILE);
        }
        return made.admin() && givenPassword == null;
    }

    private String hashed() {
        return hash != null ? hash.join() : hasher.hash(password);
    }
}
