package io.tapedeck.playback;

import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.AdminCatalog.Principal;
import io.tapedeck.store.Catalog.CatalogTotals;
import io.tapedeck.store.Catalogs;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.NoteCatalog;
import io.tapedeck.store.PeopleCatalog;
import io.tapedeck.store.ProjectCatalog;
import io.tapedeck.store.RetentionCatalog;
import io.tapedeck.store.ShareCatalog;
import io.tapedeck.store.ViewCatalog;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the admins' side of the API works on. Every call blocks.
 *
 * @param settings projects, keys and accounts as they are
 * @param tokens who an API token stands for, by its hash
 * @param projects changes of projects and keys, the audit trail
 * @param people changes of accounts and API tokens
 * @param shares links to sessions
 * @param notes what people have written about sessions
 * @param views who has watched which session
 * @param totals of the whole system
 * @param journalBytes bytes in this process's journal; null if it has none
 * @param erasureRequested told after an erasure was requested; short
 */
public record AdminSeams(
        AdminCatalog settings,
        Function<String, Optional<Principal>> tokens,
        ProjectCatalog projects,
        PeopleCatalog people,
        RetentionCatalog retention,
        ErasureCatalog erasures,
        ShareCatalog shares,
        NoteCatalog notes,
        ViewCatalog views,
        Supplier<CatalogTotals> totals,
        Supplier<Long> journalBytes,
        Runnable erasureRequested) {

    /** Those of one database. */
    public static AdminSeams of(
            AdminCatalog settings,
            Function<String, Optional<Principal>> tokens,
            Catalogs catalogs,
            Supplier<Long> journalBytes,
            Runnable erasureRequested) {
        return new AdminSeams(
                settings,
                tokens,
                catalogs.projects(),
                catalogs.people(),
                catalogs.retention(),
                catalogs.erasures(),
                catalogs.shares(),
                catalogs.notes(),
                catalogs.views(),
                catalogs.catalog()::totals,
                journalBytes,
                erasureRequested);
    }
}
