package io.tapedeck.store;

import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.AdminCatalog.WriteKey;
import java.util.List;

/**
 * What admins have made and no object could tell: kept beside the objects as a snapshot, so that a catalog can be made
 * anew. Immutable.
 *
 * @param rev raised with every change
 * @param keys those that are not revoked
 * @param marks of sessions that are pinned or held
 * @param erasedProjects slugs that stay taken
 */
public record AdminState(
        long rev,
        List<Project> projects,
        List<WriteKey> keys,
        List<Account> accounts,
        List<ApiToken> tokens,
        List<Mark> marks,
        List<String> erasedProjects) {
    /** @param hash SHA-256 as hex */
    public record ApiToken(String hash, String name, Role role, long createdAt) {}

    public record Mark(SessionKey session, boolean pinned, boolean held) {}
}
