package io.tapedeck.recorder.client;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a browser says it is, as far as a support engineer wants to know it. Immutable; any part may be null.
 *
 * @param browser such as {@code Chrome 156}
 * @param os such as {@code Windows}
 * @param device {@code desktop}, {@code mobile} or {@code tablet}
 */
public record UserAgent(String browser, String os, String device) {
    private static final UserAgent UNKNOWN = new UserAgent(null, null, null);

    /** More than any browser sends; what is longer isn't one. */
    private static final int LENGTH_MAX = 1_000;

    /** In this order: nearly all of them also claim to be those below. */
    private static final List<Named> BROWSERS = List.of(
            new Named("Edge", "Edg", "(?:Edg|EdgA|EdgiOS|Edge)/(\\d{1,4})"),
            new Named("Opera", "OP", "(?:OPR|OPT|OPiOS)/(\\d{1,4})"),
            new Named("Samsung Internet", "SamsungBrowser", "SamsungBrowser/(\\d{1,4})"),
            new Named("Firefox", "Firefox", "Firefox/(\\d{1,4})"),
            new Named("Firefox", "FxiOS", "FxiOS/(\\d{1,4})"),
            new Named("Chrome", "Chrome", "Chrome/(\\d{1,4})"),
            new Named("Chrome", "CriOS", "CriOS/(\\d{1,4})"),
            new Named("Safari", "Safari", "Version/(\\d{1,4})[.\\d]* (?:Mobile/\\w+ )?Safari/"));

    /** In this order: phones also claim to be desktops. */
    private static final List<Named> SYSTEMS = List.of(
            new Named("iOS", "(iP", "\\((?:iPhone|iPad|iPod)"),
            new Named("Android", "Android", "Android"),
            new Named("ChromeOS", "CrOS", "\\bCrOS\\b"),
            new Named("Windows", "Windows NT", "Windows NT"),
            new Named("macOS", "Mac", "Mac OS X|Macintosh"),
            new Named("Linux", "Linux", "Linux"),
            new Named("Linux", "X11", "X11"));

    /** Reads the header {@code User-Agent}, which may be null or anything. */
    public static UserAgent parse(String header) {
        if (header == null || header.isEmpty() || header.length() > LENGTH_MAX) {
            return UNKNOWN;
        }
        String os = find(SYSTEMS, header);
        return new UserAgent(find(BROWSERS, header), os, device(os, header));
    }

    private static String find(List<Named> candidates, String header) {
        for (Named candidate : candidates) {
            if (!header.contains(candidate.hint)) {
                continue;
            }
            Matcher matcher = candidate.pattern.matcher(header);
            if (matcher.find()) {
                return matcher.groupCount() == 0 ? candidate.name : candidate.name + " " + matcher.group(1);
            }
        }
        return null;
    }

    private static String device(String os, String header) {
        if (os == null) {
            return null;
        }
        return switch (os) {
            case "iOS" -> header.contains("iPad") ? "tablet" : "mobile";
            // Android tablets are told from phones by the missing word alone.
            case "Android" -> header.contains("Mobile") && !header.contains("Tablet") ? "mobile" : "tablet";
            default -> "desktop";
        };
    }

    /** @param hint is in everything that the pattern finds, and found sooner */
    private record Named(String name, String hint, Pattern pattern) {
        Named(String name, String hint, String regex) {
            this(name, hint, Pattern.compile(regex));
        }
    }
}
