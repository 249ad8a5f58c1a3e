package io.tapedeck.server;

import io.tapedeck.playback.PasswordHasher;
import io.tapedeck.playback.Secrets;
import io.tapedeck.server.config.Configuration;
import io.tapedeck.server.config.Settings;
import io.tapedeck.server.storage.DataFolder;
import io.tapedeck.store.AdminCatalog;
import java.util.List;

/** Makes what a fresh installation needs: a project with a write key, an admin account, perhaps an API token. */
final class FirstStart {
    /** Name of the file in the data folder that holds a password made here. */
    static final String PASSWORD_FILE = "admin-password";

    private static final int PASSWORD_LENGTH = 20;

    private final PasswordHasher hasher = new PasswordHasher();
    private final Configuration configuration;
    private final AdminCatalog catalog;
    private final DataFolder folder;

    FirstStart(Configuration configuration, AdminCatalog catalog, DataFolder folder) {
        this.configuration = configuration;
        this.catalog = catalog;
        this.folder = folder;
    }

    /**
     * Makes what is absent.
     *
     * @return whether the admin's password was made now, and is in its file
     */
    boolean run(long now) {
        List<String> givenKeys = configuration.get(Settings.BOOTSTRAP_WRITE_KEY);
        String givenPassword = configuration.get(Settings.BOOTSTRAP_ADMIN_PASSWORD);
        String token = configuration.get(Settings.BOOTSTRAP_API_TOKEN);
        boolean isNew = catalog.account(AdminCatalog.ADMIN_ACCOUNT).isEmpty();
        String password = givenPassword != null ? givenPassword : Secrets.letters(PASSWORD_LENGTH);
        if (isNew && givenPassword == null) {
            // Before the account: nobody may ever have an account whose password was never written down.
            folder.writeSecret(PASSWORD_FILE, password);
        }
        AdminCatalog.Bootstrapped made = catalog.bootstrap(
                new AdminCatalog.Bootstrap(
                        givenKeys == null ? List.of() : givenKeys,
                        Secrets.generateWriteKey(),
                        isNew ? hasher.hash(password) : null,
                        token == null ? null : Secrets.hash(token)),
                now);
        if (isNew && givenPassword == null && !made.admin()) {
            // Another process that starts on the same catalog made the account: its file has the password.
            folder.deleteSecret(PASSWORD_FILE);
        }
        return made.admin() && givenPassword == null;
    }
}
