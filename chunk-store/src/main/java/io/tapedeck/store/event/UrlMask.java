package io.tapedeck.store.event;

/**
 * Takes the private parts out of addresses: every value of the query, and of a query inside the fragment, becomes
 * {@code ***}; user name and password are dropped. Names and the path stay. Stateless.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class UrlMask {
    /** Characters kept of an address. */
    public static final int LENGTH_MAX = 2_048;

    private UrlMask() {}

    /** The masked form of any text that is meant to be an address, at most {@link #LENGTH_MAX} characters. */
    public static String mask(String url) {
        throw new UnsupportedOperationException();
    }
}
