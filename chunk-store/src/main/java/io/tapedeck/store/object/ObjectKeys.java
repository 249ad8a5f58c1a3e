package io.tapedeck.store.object;

/** The form of object keys, which every store checks before it does anything. */
final class ObjectKeys {
    static final int LENGTH_MAX = 512;
    /** File systems refuse longer names. */
    static final int PART_LENGTH_MAX = 255;

    private ObjectKeys() {}

    /** @throws IllegalArgumentException if the key has another form */
    static String require(String key) {
        if (!isValid(key)) {
            throw new IllegalArgumentException("not an object key: " + key);
        }
        return key;
    }

    /** A prefix is the start of a key, cut anywhere, or empty. */
    static String requirePrefix(String prefix) {
        if (!prefix.isEmpty() && !isValid(prefix.endsWith("/") ? prefix + "x" : prefix)) {
            throw new IllegalArgumentException("not the start of an object key: " + prefix);
        }
        return prefix;
    }

    static void requireRange(long offset, long length) {
        if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("not a range: offset " + offset + ", length " + length);
        }
    }

    static void requireListLimit(int limit) {
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("limit must be 1 to 1,000: " + limit);
        }
    }

    static boolean isValid(String key) {
        if (key == null || key.isEmpty() || key.length() > LENGTH_MAX || key.endsWith("/")) {
            return false;
        }
        int partStart = 0;
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean startsPart = i == partStart;
            if (c == '/') {
                if (startsPart) {
                    return false;
                }
                partStart = i + 1;
            } else if (!isAllowed(c) || (startsPart && c == '.') || i - partStart >= PART_LENGTH_MAX) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
