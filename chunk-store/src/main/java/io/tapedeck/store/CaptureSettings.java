package io.tapedeck.store;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What of a page a project wants to be recorded, beside the masking. Immutable. What is null takes its default, so that
 * settings written before there was such a member read as what held then.
 *
 * @param console what the page writes to its console
 * @param network the page's requests: address, method, status and times
 * @param networkHeaders whether headers of requests, sent by clients that record them, are kept
 * @param networkBodies whether bodies of requests, sent by clients that record them, are kept
 * @param errors errors that the page has not caught
 * @param minimumDurationMs sessions shorter than this are not sent; 0 to {@value #MINIMUM_DURATION_MS_MAX}
 */
public record CaptureSettings(
        boolean console,
        boolean network,
        boolean networkHeaders,
        boolean networkBodies,
        boolean errors,
        Selectors selectors,
        UrlRules urls,
        long minimumDurationMs,
        Consent consent) {
    public static final long MINIMUM_DURATION_MS_MAX = 60_000;
    public static final CaptureSettings DEFAULT =
            new CaptureSettings(true, true, false, false, true, Selectors.NONE, UrlRules.EVERYWHERE, 0, Consent.NONE);

    public CaptureSettings {
        selectors = Objects.requireNonNullElse(selectors, Selectors.NONE);
        urls = Objects.requireNonNullElse(urls, UrlRules.EVERYWHERE);
        consent = Objects.requireNonNullElse(consent, Consent.NONE);
        if (minimumDurationMs < 0 || minimumDurationMs > MINIMUM_DURATION_MS_MAX) {
            throw new IllegalArgumentException(
                    "a session's minimum duration is 0 to " + MINIMUM_DURATION_MS_MAX + " ms");
        }
    }

    /** Whether a visitor must agree before anything is recorded. */
    public enum Consent {
        NONE,
        REQUIRED
    }

    /**
     * CSS selectors of what is hidden beyond what the masking level hides.
     *
     * @param mask text and input within is masked
     * @param block is left out, but for its size
     * @param ignore what is typed within is not recorded at all
     */
    public record Selectors(List<String> mask, List<String> block, List<String> ignore) {
        /** Of each of the three lists. */
        public static final int COUNT_MAX = 50;

        public static final int LENGTH_MAX = 300;
        public static final Selectors NONE = new Selectors(List.of(), List.of(), List.of());

        public Selectors {
            mask = checked("mask", mask);
            block = checked("block", block);
            ignore = checked("ignore", ignore);
        }

        private static List<String> checked(String list, List<String> selectors) {
            List<String> given = selectors == null ? List.of() : List.copyOf(selectors);
            if (given.size() > COUNT_MAX) {
                throw new IllegalArgumentException("there are at most " + COUNT_MAX + " selectors to " + list);
            }
            given.forEach(CssSelectorRules::require);
            return given;
        }
    }

    /**
     * On which pages is recorded: on those whose address matches a pattern of {@code include}, or on all if it is empty,
     * save those whose address matches one of {@code exclude}.
     *
     * <p>A pattern is a page's whole address, or begins with {@code /} and stands for that path on any host; {@code *}
     * stands for any characters, none included. It is compared with the address without its query and its fragment, unless
     * it has a {@code ?} or a {@code #} itself.
     */
    public record UrlRules(List<String> include, List<String> exclude) {
        /** Of each of the two lists. */
        public static final int COUNT_MAX = 50;

        public static final int LENGTH_MAX = 500;
        /** Each lets a regular expression that fails to match try once more at every character. */
        public static final int WILDCARDS_MAX = 5;

        public static final UrlRules EVERYWHERE = new UrlRules(List.of(), List.of());

        private static final Pattern BEGINNING = Pattern.compile("(/|\\*|[a-z][a-z0-9+.-]*://).*");
        private static final Pattern SPECIAL = Pattern.compile("[\\\\^$.|?+()\\[\\]{}/]");

        public UrlRules {
            include = checked("include", include);
            exclude = checked("exclude", exclude);
        }

        /**
         * A pattern as a regular expression that means the same, for Java and JavaScript alike, and finds a match in a page's
         * address where the pattern matches it.
         */
        public static String regex(String pattern) {
            boolean whole = pattern.contains("?") || pattern.contains("#");
            String escaped = SPECIAL.matcher(pattern).replaceAll("\\\\$0");
            return (pattern.startsWith("/") ? "^[^:/?#]+:\\/\\/[^/?#]*" : "^")
                    + escaped.replaceAll("\\*+", whole ? ".*" : "[^?#]*")
                    + (whole ? "$" : "(?:[?#].*)?$");
        }

        private static List<String> checked(String list, List<String> patterns) {
            List<String> given = patterns == null ? List.of() : List.copyOf(patterns);
            if (given.size() > COUNT_MAX) {
                throw new IllegalArgumentException("there are at most " + COUNT_MAX + " patterns to " + list);
            }
            given.forEach(UrlRules::require);
            return given;
        }

        private static void require(String pattern) {
            if (pattern.isEmpty()
                    || pattern.length() > LENGTH_MAX
                    || pattern.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
                throw new IllegalArgumentException(
                        "a pattern of addresses has 1 to " + LENGTH_MAX + " characters and no white space");
            }
            if (!BEGINNING.matcher(pattern).matches()) {
                throw new IllegalArgumentException(
                        "a pattern of addresses begins with / or * or as in https://example.com: " + pattern);
            }
            if (pattern.chars().filter(c -> c == '*').count() > WILDCARDS_MAX) {
                throw new IllegalArgumentException(
                        "a pattern of addresses has at most " + WILDCARDS_MAX + " *: " + pattern);
            }
        }
    }
}
