package io.tapedeck.store.event;

/**
 * Takes the private parts out of addresses: every value of the query, and of a query inside the fragment, becomes
 * {@code ***}; user name and password are dropped. Names and the path stay. Stateless.
 *
 * <pre>
 * https://ann:pw@shop.example/cart?id=7&amp;ref=mail#/pay?card=1   becomes
 * https://shop.example/cart?id=***&amp;ref=***#/pay?card=***
 * </pre>
 *
 * It takes any text apart by these marks alone and so has no opinion on what an address is. A fragment without a
 * question mark is a place in the page or a router's path and stays, unless it holds {@code name=value} pairs, the way
 * tokens are handed over.
 */
public final class UrlMask {
    /** Characters kept of an address. */
    public static final int LENGTH_MAX = 2_048;

    private static final String MASK = "***";

    private UrlMask() {}

    /** The masked form of any text that is meant to be an address, at most {@link #LENGTH_MAX} characters. */
    public static String mask(String url) {
        String text = url.strip();
        int hash = text.indexOf('#');
        String beforeFragment = hash < 0 ? text : text.substring(0, hash);
        StringBuilder masked = new StringBuilder(Math.min(text.length() + 16, LENGTH_MAX));
        appendWithQuery(withoutUserInfo(beforeFragment), masked);
        if (hash >= 0) {
            String fragment = text.substring(hash + 1);
            masked.append('#');
            if (fragment.indexOf('?') < 0 && fragment.indexOf('=') >= 0) {
                appendPairs(fragment, masked);
            } else {
                appendWithQuery(fragment, masked);
            }
        }
        return JsonText.line(masked.toString(), LENGTH_MAX);
    }

    /** The address without scheme and host, for titles: they are mostly the same. */
    static String withoutOrigin(String url) {
        int authority = url.indexOf("://");
        if (authority < 0) {
            return url;
        }
        int path = url.indexOf('/', authority + 3);
        return path < 0 ? url : url.substring(path);
    }

    private static String withoutUserInfo(String url) {
        int authority = url.indexOf("//");
        if (authority < 0) {
            return url;
        }
        int from = authority + 2;
        int to = from;
        int at = -1;
        while (to < url.length() && "/?\\".indexOf(url.charAt(to)) < 0) {
            if (url.charAt(to) == '@') {
                at = to;
            }
            to++;
        }
        return at < 0 ? url : url.substring(0, from) + url.substring(at + 1);
    }

    private static void appendWithQuery(String text, StringBuilder masked) {
        int question = text.indexOf('?');
        if (question < 0 || question == text.length() - 1) {
            masked.append(text);
            return;
        }
        masked.append(text, 0, question + 1);
        appendPairs(text.substring(question + 1), masked);
    }

    /** A pair without an equals sign is a value without a name, and masked whole. */
    private static void appendPairs(String query, StringBuilder masked) {
        int from = 0;
        while (from <= query.length() && masked.length() < LENGTH_MAX) {
            int to = query.indexOf('&', from);
            to = to < 0 ? query.length() : to;
            int equals = query.indexOf('=', from);
            if (equals >= 0 && equals < to) {
                masked.append(query, from, equals + 1).append(MASK);
            } else if (to > from) {
                masked.append(MASK);
            }
            if (to < query.length()) {
                masked.append('&');
            }
            from = to + 1;
        }
    }
}
