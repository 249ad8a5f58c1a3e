package io.tapedeck.store;

/** The one rule for identifiers that clients choose: 1 to 70 characters of {@code A-Za-z0-9_-}. */
final class Ids {
    static final int LENGTH_MAX = 70;
    static final String FORM = "1 to " + LENGTH_MAX + " characters of A-Z, a-z, 0-9, '_' and '-'";

    private Ids() {}

    static String require(String what, String value) {
        if (!isValid(value)) {
            throw new IllegalArgumentException(what + " must be " + FORM);
        }
        return value;
    }

    static boolean isValid(String value) {
        if (value == null || value.isEmpty() || value.length() > LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean allowed =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
            if (!allowed) {
                return false;
            }
        }
        return true;
    }
}
