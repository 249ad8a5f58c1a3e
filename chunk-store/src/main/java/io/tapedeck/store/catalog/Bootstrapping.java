package io.tapedeck.store.catalog;

import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.AdminCatalog.Bootstrapped;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.AdminCatalog.WriteKey;
import java.sql.SQLException;
import java.util.List;

/**
 * What a first start makes. Of several processes that start at once one makes everything and the others find it. For a
 * project that was erased nothing is made, and no token that was revoked.
 */
final class Bootstrapping {
    private Bootstrapping() {}

    static Bootstrapped run(Transaction transaction, Bootstrap bootstrap, long now) throws SQLException {
        AdminRev.lock(transaction);
        boolean project = Projects.make(
                transaction, new Project(AdminCatalog.DEFAULT_PROJECT, 1, "Default", ProjectSettings.DEFAULT));
        boolean writeKey = makeKeys(transaction, bootstrap, now);
        boolean admin = bootstrap.adminPasswordHash() != null
                && Accounts.admins(transaction) == 0
                && Accounts.make(
                        transaction,
                        new Account(AdminCatalog.ADMIN_ACCOUNT, Role.ADMIN, bootstrap.adminPasswordHash()));
        boolean token = bootstrap.apiTokenHash() != null
                && Accounts.makeToken(
                        transaction, PeopleRules.BOOTSTRAP_TOKEN, Role.ADMIN, bootstrap.apiTokenHash(), now);
        if (project || writeKey || admin || token) {
            AdminRev.raise(transaction);
        }
        return new Bootstrapped(project, writeKey, admin);
    }

    private static boolean makeKeys(Transaction transaction, Bootstrap bootstrap, long now) throws SQLException {
        if (Projects.bySlug(transaction, AdminCatalog.DEFAULT_PROJECT).isEmpty()) {
            return false;
        }
        List<String> keys = bootstrap.writeKeys();
        if (keys.isEmpty()
                && Projects.keys(transaction, AdminCatalog.DEFAULT_PROJECT).isEmpty()) {
            keys = List.of(bootstrap.writeKeyIfNone());
        }
        boolean made = false;
        for (String key : keys) {
            made |= Projects.makeKey(transaction, new WriteKey(key, AdminCatalog.DEFAULT_PROJECT, now));
        }
        return made;
    }
}
