package io.tapedeck.store.catalog;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    /** As the names are written down; in files they have underscores. */
    private static final Pattern NEEDS = Pattern.compile("needs[ _]([0-9]+)\\b.*");

    private TablesVersion() {}

    /** A migration that has run, as the database knows it. */
    record Applied(int number, String description, int checksum, boolean success) {}

    /**
     * @param known the last migration that this version knows
     * @throws StoreException UNSUPPORTED_VERSION if a later version took away what this one needs
     */
    static void requireUsable(List<Applied> applied, int known) {
        for (Applied migration : applied) {
            OptionalInt needed = needed(migration.description());
            if (migration.number() > known && needed.isPresent() && needed.getAsInt() > known) {
                throw new StoreException(
                        StoreErrorKind.UNSUPPORTED_VERSION,
                        "catalog: a later version of Tapedeck has brought its tables to version " + migration.number()
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
}
