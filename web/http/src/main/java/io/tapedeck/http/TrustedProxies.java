package io.tapedeck.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The networks whose hosts may say for whom they forward. Immutable. */
public final class TrustedProxies {
    /** Nobody is trusted. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    private static final Pattern LITERAL = Pattern.compile("[0-9.]{7,15}|[0-9A-Fa-f:.]{2,45}");

    private final List<Network> networks;

    private TrustedProxies(List<Network> networks) {
        this.networks = networks;
    }

    /**
     * Reads addresses and networks such as {@code 10.0.0.0/8} or {@code ::1}.
     *
     * @throws IllegalArgumentException naming the first one that is neither
     */
    public static TrustedProxies parse(List<String> networks) {
        List<Network> parsed = new ArrayList<>();
        for (String network : networks) {
            parsed.add(Network.parse(network.strip()));
        }
        return new TrustedProxies(List.copyOf(parsed));
    }

    boolean contains(String address) {
        if (networks.isEmpty()) {
            return false;
        }
        InetAddress literal = literal(address);
        return literal != null && networks.stream().anyMatch(network -> network.contains(literal));
    }

    /** The address that a literal says, or null, also for null; never asks a name server. */
    static InetAddress literal(String address) {
        if (address == null) {
            return null;
        }
        int zone = address.indexOf('%');
        String plain = zone < 0 ? address : address.substring(0, zone);
        if (!LITERAL.matcher(plain).matches() || (plain.indexOf(':') < 0 && plain.split("\\.").length != 4)) {
            return null;
        }
        try {
            return InetAddress.getByName(plain);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private record Network(InetAddress address, int bits) {
        static Network parse(String text) {
            int slash = text.indexOf('/');
            InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
            if (address == null) {
                throw new IllegalArgumentException("not an address or network: " + text);
            }
            int bitsMax = address.getAddress().length * 8;
            int bits = slash < 0 ? bitsMax : parseBits(text, slash + 1);
            if (bits < 0 || bits > bitsMax) {
                throw new IllegalArgumentException("not an address or network: " + text);
            }
            return new Network(address, bits);
        }

        private static int parseBits(String text, int start) {
            try {
                return Integer.parseInt(text.substring(start));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("not an address or network: " + text, e);
            }
        }

        boolean contains(InetAddress other) {
            byte[] mine = address.getAddress();
            byte[] theirs = other.getAddress();
            if (theirs.length != mine.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((mine[bit >> 3] & mask) != (theirs[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
