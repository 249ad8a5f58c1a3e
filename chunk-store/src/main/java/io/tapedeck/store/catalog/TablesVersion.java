package io.tapedeck.store.catalog;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;

/**
 * Whether this version may work on tables that a later one has brought up to date, as it happens while one process after
 * the other is upgraded.
 *
 * <p>A migration only adds: what it adds may be left alone by processes that do not know it. One that takes something away
 * says in its name which migration a process must know not to miss it: {@code V9__needs_8_drop_the_old_index.sql} may run
 * once every process knows migration 8. The names of migrations are kept in the database, so that an older process finds
 * out at its start, and says so.
 */
final class TablesVersion {
    /** As the migration tool writes the names down. */
    private static final Pattern NEEDS = Pattern.compile("needs[ _]([0-9]+)\\b.*");

    private TablesVersion() {}

    /** @throws StoreException UNSUPPORTED_VERSION if a later version took away what this one needs */
    static void requireUsable(MigrationInfoService tables) {
        int known = Arrays.stream(tables.all())
                .filter(migration -> migration.getState().isResolved())
                .mapToInt(TablesVersion::number)
                .max()
                .orElse(0);
        for (MigrationInfo migration : tables.applied()) {
            OptionalInt needed = needed(migration.getDescription());
            if (number(migration) > known && needed.isPresent() && needed.getAsInt() > known) {
                throw new StoreException(
                        StoreErrorKind.UNSUPPORTED_VERSION,
                        "catalog: a later version of Tapedeck has brought its tables to version " + number(migration)
                                + ", which processes that know less than version " + needed.getAsInt()
                                + " cannot use, and this one knows version " + known + "; upgrade this process");
            }
        }
    }

    /** Which migration a process must know once the one with this description has run; nothing if it only adds. */
    static OptionalInt needed(String description) {
        Matcher needs = NEEDS.matcher(description);
        return needs.matches() ? OptionalInt.of(Integer.parseInt(needs.group(1))) : OptionalInt.empty();
    }

    private static int number(MigrationInfo migration) {
        return migration.getVersion().getMajor().intValueExact();
    }
}
