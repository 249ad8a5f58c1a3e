package io.tapedeck.server.config;

import io.tapedeck.http.TrustedProxies;
import io.tapedeck.store.object.S3Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the text of settings becomes values. What a message quotes is the rule, never the text: it may be a secret. */
final class Parsers {
    private static final int KEY_BYTES = 32;
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Pattern BYTES = Pattern.compile("([0-9]{1,9})(B|KB|MB|GB|TB)");

    private Parsers() {}

    static Setting.Parser<String> text() {
        return matching("(?s).*\\S.*", "some text");
    }

    static Setting.Parser<String> matching(String pattern, String rule) {
        Pattern compiled = Pattern.compile(pattern);
        return text -> {
            if (!compiled.matcher(text).matches()) {
                throw new IllegalArgumentException("must be " + rule);
            }
            return text;
        };
    }

    static Setting.Parser<Integer> integer(int min, int max) {
        return text -> {
            try {
                int value = Integer.parseInt(text);
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // Said below, for both ways to be wrong.
            }
            throw new IllegalArgumentException("must be a whole number from " + min + " to " + max);
        };
    }

    static Setting.Parser<Boolean> bool() {
        return text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        };
    }

    static Setting.Parser<String> oneOf(String... allowed) {
        List<String> values = Arrays.asList(allowed);
        return text -> {
            if (!values.contains(text)) {
                throw new IllegalArgumentException("must be one of " + String.join(", ", values));
            }
            return text;
        };
    }

    /** Comma-separated values, each of which must match; the empty text is the empty list. */
    static Setting.Parser<List<String>> list(String pattern, String rule) {
        Pattern compiled = Pattern.compile(pattern);
        return text -> {
            List<String> values = Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .filter(value -> !value.isEmpty())
                    .toList();
            if (!values.stream().allMatch(value -> compiled.matcher(value).matches())) {
                throw new IllegalArgumentException("must be " + rule);
            }
            return values;
        };
    }

    /** A list that must not be empty. */
    static Setting.Parser<List<String>> some(String pattern, String rule) {
        Setting.Parser<List<String>> any = list(pattern, rule);
        return text -> {
            List<String> values = any.parse(text);
            if (values.isEmpty()) {
                throw new IllegalArgumentException("must be " + rule);
            }
            return values;
        };
    }

    /** Comma-separated AES-256 keys, each as 64 hexadecimal digits or as Base64. */
    static Setting.Parser<List<byte[]>> keys() {
        return text -> Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(Parsers::key)
                .toList();
    }

    private static byte[] key(String text) {
        try {
            byte[] key = text.length() == 2 * KEY_BYTES
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text);
            if (key.length == KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // Said below, without the text, which is a secret.
        }
        throw new IllegalArgumentException("must be keys of 32 bytes in Base64 or hexadecimal digits");
    }

    static Setting.Parser<URI> url(String... schemes) {
        List<String> allowed = Arrays.asList(schemes);
        return text -> {
            try {
                URI uri = new URI(text);
                if (uri.getScheme() != null && allowed.contains(uri.getScheme().toLowerCase(Locale.ROOT))) {
                    return uri;
                }
            } catch (URISyntaxException e) {
                // Said below, for both ways to be wrong.
            }
            throw new IllegalArgumentException(
                    "must be an address starting with " + String.join(": or ", allowed) + ":");
        };
    }

    /** An address to post to; the empty text, as deployments without one may give it, is none. */
    static Setting.Parser<URI> collector() {
        return text -> {
            if (text.isEmpty()) {
                return null;
            }
            URI uri = url("http", "https").parse(text);
            if (uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
                throw new IllegalArgumentException("must be an address such as http://collector:4318");
            }
            return uri;
        };
    }

    /** Where objects can be. */
    static Setting.Parser<URI> store() {
        return text -> {
            URI uri = url("file", "s3").parse(text);
            boolean isFolder = uri.getScheme().equals("file")
                    && uri.getPath() != null
                    && uri.getPath().startsWith("/");
            if (!isFolder && !isBucket(uri)) {
                throw new IllegalArgumentException("must be of the form file:/folder or s3://bucket/prefix");
            }
            return uri;
        };
    }

    private static boolean isBucket(URI uri) {
        try {
            S3Settings.of(uri);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static Setting.Parser<List<String>> proxies() {
        String rule = "addresses or networks such as 10.0.0.0/8";
        Setting.Parser<List<String>> any = list("[0-9a-fA-F.:]+(/[0-9]{1,3})?", rule);
        return text -> {
            List<String> networks = any.parse(text);
            try {
                TrustedProxies.parse(networks);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("must be " + rule, e);
            }
            return networks;
        };
    }

    static Setting.Parser<Double> share() {
        Setting.Parser<String> number =
                matching("0|1|0?\\.[0-9]{1,9}|1\\.0{1,9}", "a number from 0 to 1, such as 0.01");
        return text -> Double.valueOf(number.parse(text));
    }

    static Setting.Parser<Duration> duration() {
        return text -> {
            Matcher matcher = DURATION.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("must be a duration such as 250ms, 30s, 5m, 12h or 30d");
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                case "d" -> Duration.ofDays(number);
                default -> throw new AssertionError(matcher.group(2));
            };
        };
    }

    /** Sizes of at least a byte, with the units B, KB, MB, GB, TB, which are powers of 1,024. */
    static Setting.Parser<Long> bytes() {
        return text -> {
            Matcher matcher = BYTES.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("must be a size such as 512KB, 25MB or 10GB");
            }
            int shift = 10 * List.of("B", "KB", "MB", "GB", "TB").indexOf(matcher.group(2));
            long bytes = Long.parseLong(matcher.group(1)) << shift;
            if (bytes == 0) {
                throw new IllegalArgumentException("must be more than 0");
            }
            return bytes;
        };
    }

    /** A size that a body in memory can have. */
    static Setting.Parser<Long> bodyBytes() {
        Setting.Parser<Long> any = bytes();
        return text -> {
            long bytes = any.parse(text);
            if (bytes >= 1L << 30) {
                throw new IllegalArgumentException("must be less than 1GB");
            }
            return bytes;
        };
    }
}
