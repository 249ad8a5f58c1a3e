package io.tapedeck.store.catalog;

import io.tapedeck.store.AdminCatalog.ProjectSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What projects and write keys may look like. Everything fails with an IllegalArgumentException that says why. */
final class ProjectRules {
    private static final int NAME_LENGTH_MAX = 200;
    private static final int ORIGINS_MAX = 100;
    private static final int ORIGIN_LENGTH_MAX = 300;
    private static final Pattern SLUG = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.-]{1,200}");

    private ProjectRules() {}

    static void requireSlug(String slug) {
        require(
                SLUG.matcher(slug).matches(),
                "a project's slug has 1 to 40 characters of a-z, 0-9 and '-', and begins" + " with a letter");
    }

    static void requireName(String name) {
        require(
                !name.isBlank()
                        && name.length() <= NAME_LENGTH_MAX
                        && name.chars().noneMatch(Character::isISOControl),
                "a project's name has 1 to " + NAME_LENGTH_MAX + " characters, none of them a control character");
    }

    static void requireKey(String key) {
        require(KEY.matcher(key).matches(), "a write key has 1 to 200 characters of A-Z, a-z, 0-9, '_', '.' and '-'");
    }

    /** The same, with origins in the form in which browsers send them. */
    static ProjectSettings checked(ProjectSettings settings) {
        require(
                settings.sampleRate() >= 0 && settings.sampleRate() <= 1,
                "a sample rate is a number from 0 to 1, not " + settings.sampleRate());
        List<String> origins = settings.origins();
        require(origins.size() <= ORIGINS_MAX, "a project has at most " + ORIGINS_MAX + " origins");
        return new ProjectSettings(
                settings.masking(),
                settings.onLessMasking(),
                origins.stream().map(ProjectRules::origin).distinct().toList(),
                settings.retention(),
                settings.sampleRate(),
                settings.recording(),
                settings.capture());
    }

    /** A scheme, a host and perhaps a port; in lower case and without the scheme's own port. */
    private static String origin(String text) {
        require(text.length() <= ORIGIN_LENGTH_MAX, "an origin has at most " + ORIGIN_LENGTH_MAX + " characters");
        URI uri;
        try {
            uri = new URI(text.toLowerCase(Locale.ROOT)).parseServerAuthority();
        } catch (URISyntaxException e) {
            throw notAnOrigin(text);
        }
        boolean bare = uri.getScheme() != null
                && uri.getHost() != null
                && uri.getRawUserInfo() == null
                && uri.getRawPath().isEmpty()
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null
                && uri.getPort() <= 65_535;
        require(bare, notAnOrigin(text).getMessage());
        boolean ownPort = (uri.getScheme().equals("https") && uri.getPort() == 443)
                || (uri.getScheme().equals("http") && uri.getPort() == 80);
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() == -1 || ownPort ? "" : ":" + uri.getPort());
    }

    private static IllegalArgumentException notAnOrigin(String text) {
        return new IllegalArgumentException("not an origin such as https://example.com or http://localhost:3000,"
                + " without a path and with an international name in its xn-- form: " + text);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
