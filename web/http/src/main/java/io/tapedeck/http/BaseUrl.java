package io.tapedeck.http;

import java.net.URI;
import java.util.Locale;

/**
 * Where this server is for the people and pages that use it. Immutable.
 *
 * @param scheme {@code http} or {@code https}
 * @param authority host and, if it is not the scheme's own, port
 * @param prefix the path in front of every address: empty, or beginning with a slash and not ending with one
 */
public record BaseUrl(String scheme, String authority, String prefix) {
    /** Proxies often name the scheme's own port; browsers, with whose origins this is compared, never do. */
    public BaseUrl {
        String own = scheme.equals("https") ? ":443" : ":80";
        if (authority.endsWith(own)) {
            authority = authority.substring(0, authority.length() - own.length());
        }
    }

    /** @throws IllegalArgumentException if it is not an absolute http or https URL, or has a query or fragment */
    public static BaseUrl parse(String url) {
        URI uri = URI.create(url);
        boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!web || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("not an absolute http or https URL without query: " + url);
        }
        String path = uri.getRawPath().replaceAll("/+$", "");
        return new BaseUrl(uri.getScheme().toLowerCase(Locale.ROOT), uri.getRawAuthority(), path);
    }

    public boolean isSecure() {
        return scheme.equals("https");
    }

    /** Scheme and authority, as in the header {@code Origin}. */
    public String origin() {
        return scheme + "://" + authority;
    }

    /** The whole base, with no slash at the end. */
    public String url() {
        return origin() + prefix;
    }

    @Override
    public String toString() {
        return url();
    }
}
