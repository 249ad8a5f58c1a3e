package io.tapedeck.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a request really comes from and under which address it was made, as the configuration and trusted proxies say.
 * Thread-safe.
 *
 * <p>Only what a trusted proxy appended counts. Hops are read from the last one back: each hop whose sender is trusted
 * vouches for the one before it. The {@code X-Forwarded-*} family is used if present, else {@code Forwarded}, which most proxies
 * pass on as the client said it.
 */
public final class ForwardedHeaders {
    private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,255}");
    private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9._~-]{1,100}){1,10}");
    /** Hops read from one header, the last ones: before them anybody can put as many as they like. */
    private static final int HOPS_MAX = 32;

    private final BaseUrl publicUrl;
    private final TrustedProxies trusted;

    /** @param publicUrl the address to use whatever requests say, or null */
    public ForwardedHeaders(BaseUrl publicUrl, TrustedProxies trusted) {
        this.publicUrl = publicUrl;
        this.trusted = trusted;
    }

    /** The address of this server as the client of this request sees it. */
    public BaseUrl base(HttpServerRequest request) {
        if (publicUrl != null) {
            return publicUrl;
        }
        Hop hop = firstHop(request);
        String scheme = hop.proto != null ? hop.proto : request.scheme();
        String own = request.authority() == null ? null : request.authority().toString();
        return new BaseUrl(scheme, sane(hop.host, sane(own, "localhost")), prefix(request));
    }

    /**
     * The client, for limits on attempts: its address, or the /64 network of an IPv6 address, all of which one client may have.
     * Empty if nobody knows. Never to be logged or stored.
     */
    public String client(HttpServerRequest request) {
        InetAddress said = TrustedProxies.literal(firstHop(request).address);
        InetAddress address = said != null ? said : TrustedProxies.literal(peer(request));
        if (address == null) {
            return "";
        }
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(address.getAddress(), 0, Long.BYTES) + "/64"
                : address.getHostAddress();
    }

    private String prefix(HttpServerRequest request) {
        String given = trusted.contains(peer(request)) ? request.getHeader("X-Forwarded-Prefix") : null;
        if (given == null) {
            return "";
        }
        String prefix = given.endsWith("/") ? given.substring(0, given.length() - 1) : given;
        return PREFIX.matcher(prefix).matches() && !prefix.contains("..") ? prefix : "";
    }

    /** The hop nearest to the client that a trusted proxy vouches for; all null if nobody does. */
    private Hop firstHop(HttpServerRequest request) {
        if (!trusted.contains(peer(request))) {
            return new Hop(null, null, null);
        }
        List<Hop> hops = hops(request);
        Hop first = new Hop(null, null, null);
        for (int i = hops.size() - 1; i >= 0; i--) {
            first = hops.get(i);
            if (!trusted.contains(first.address)) {
                break;
            }
        }
        return first;
    }

    private static List<Hop> hops(HttpServerRequest request) {
        List<String> addresses = values(request, "X-Forwarded-For");
        List<String> protos = values(request, "X-Forwarded-Proto");
        List<String> hosts = values(request, "X-Forwarded-Host");
        if (addresses.isEmpty() && protos.isEmpty() && hosts.isEmpty()) {
            return values(request, "Forwarded").stream()
                    .map(ForwardedHeaders::parseForwarded)
                    .toList();
        }
        List<Hop> hops = new ArrayList<>();
        int count = Math.max(addresses.size(), 1);
        for (int i = 0; i < count; i++) {
            String address = i < addresses.size() ? withoutPort(addresses.get(i)) : null;
            hops.add(new Hop(address, proto(at(protos, i, count)), at(hosts, i, count)));
        }
        return hops;
    }

    /** Proxies that append give one value per hop; those that overwrite give one for all. */
    private static String at(List<String> values, int index, int count) {
        if (values.isEmpty()) {
            return null;
        }
        return values.size() == count ? values.get(index) : values.get(values.size() - 1);
    }

    private static Hop parseForwarded(String element) {
        String address = null;
        String proto = null;
        String host = null;
        for (String pair : element.split(";")) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                continue;
            }
            String value = pair.substring(equals + 1).strip().replace("\"", "");
            switch (pair.substring(0, equals).strip().toLowerCase(Locale.ROOT)) {
                case "for" -> address = withoutPort(value);
                case "proto" -> proto = proto(value);
                case "host" -> host = value;
                default -> {} // "by", and extensions
            }
        }
        return new Hop(address, proto, host);
    }

    private static List<String> values(HttpServerRequest request, String header) {
        List<String> values = new ArrayList<>();
        for (String line : request.headers().getAll(header)) {
            for (String value : line.split(",", -1)) {
                if (!value.isBlank()) {
                    values.add(value.strip());
                }
            }
        }
        return values.subList(Math.max(0, values.size() - HOPS_MAX), values.size());
    }

    private static String withoutPort(String address) {
        if (address.startsWith("[")) {
            int end = address.indexOf(']');
            return end < 0 ? address : address.substring(1, end);
        }
        int colon = address.indexOf(':');
        return colon >= 0 && colon == address.lastIndexOf(':') ? address.substring(0, colon) : address;
    }

    private static String proto(String value) {
        if ("https".equalsIgnoreCase(value)) {
            return "https";
        }
        return "http".equalsIgnoreCase(value) ? "http" : null;
    }

    private static String sane(String authority, String otherwise) {
        return authority != null && AUTHORITY.matcher(authority).matches() ? authority : otherwise;
    }

    private static String peer(HttpServerRequest request) {
        SocketAddress remote = request.remoteAddress();
        return remote == null ? null : remote.hostAddress();
    }

    private record Hop(String address, String proto, String host) {}
}
