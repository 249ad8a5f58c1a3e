package io.tapedeck.store.catalog;

import java.util.regex.Pattern;

/** What accounts and API tokens may be called. Everything fails with an IllegalArgumentException that says why. */
final class PeopleRules {
    /** Of a token that the settings make. */
    static final String BOOTSTRAP_TOKEN = "bootstrap";

    private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}");
    private static final Pattern TOKEN = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} ._@+:/()-]{0,99}");

    private PeopleRules() {}

    static void requireAccountName(String name) {
        require(
                ACCOUNT.matcher(name).matches(),
                "an account's name has 1 to 100 characters of A-Z, a-z, 0-9, '.', '_', '@', '+' and '-', and begins with"
                        + " a letter or a digit");
    }

    static void requireTokenName(String name) {
        require(
                TOKEN.matcher(name).matches() && name.length() <= 100 && !name.endsWith(" "),
                "a token's name has 1 to 100 letters, digits, spaces and characters of ._@+:/()-, begins with a letter or"
                        + " a digit and does not end with a space");
    }

    /** Whether it is what the audit trail calls the settings' token or the program itself. */
    static boolean isReserved(String name) {
        return name.equalsIgnoreCase(BOOTSTRAP_TOKEN)
                || name.equalsIgnoreCase("tapedeck")
                || name.regionMatches(true, 0, "tapedeck ", 0, "tapedeck ".length());
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
