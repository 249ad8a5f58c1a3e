package io.tapedeck.server.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads headers as {@code OTEL_EXPORTER_OTLP_HEADERS} has them: {@code name=value}, comma-separated, values percent-encoded. What
 * a message quotes is the rule, never the text, which is a secret.
 */
final class HeadersParser {
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]{0,8000}");

    /** What the request says of itself and its connection. */
    private static final Set<String> TAKEN = Set.of(
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "expect",
            "host",
            "transfer-encoding",
            "upgrade");

    private HeadersParser() {}

    /** The empty text is no headers. */
    static Map<String, String> parse(String text) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header : text.split(",", -1)) {
            if (!header.isBlank()) {
                add(header, headers);
            }
        }
        return headers;
    }

    private static void add(String header, Map<String, String> headers) {
        int equals = header.indexOf('=');
        String name = equals < 0 ? "" : header.substring(0, equals).strip();
        String value = equals < 0 ? "" : decode(header.substring(equals + 1).strip());
        if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "must be headers such as name=value, comma-separated, with percent-encoded values");
        }
        if (TAKEN.contains(name.toLowerCase(Locale.ROOT)) || headers.put(name, value) != null) {
            throw new IllegalArgumentException(
                    "must name each header once, and none that is the request's own, such as Content-Type");
        }
    }

    /** A plus is a plus: it is no form that is decoded. */
    private static String decode(String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "\n"; // No value of a header: refused, without the decoder's message, which quotes the text.
        }
    }
}
