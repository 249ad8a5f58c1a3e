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
        if (networks.isEmpty() || address == null) {
            return false;
        }
        byte[] bytes = literal(address);
        return bytes != null && networks.stream().anyMatch(network -> network.contains(bytes));
    }

    /** The bytes of an address literal, or null; never asks a name server. */
    private static byte[] literal(String address) {
        int zone = address.indexOf('%');
        String plain = zone < 0 ? address : address.substring(0, zone);
        if (!LITERAL.matcher(plain).matches() || (plain.indexOf(':') < 0 && plain.split("\\.").length != 4)) {
            return null;
        }
        try {
            return InetAddress.getByName(plain).getAddress();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private record Network(byte[] address, int bits) {
        static Network parse(String text) {
            int slash = text.indexOf('/');
            byte[] address = literal(slash < 0 ? text : text.substring(0, slash));
            if (address != null) {
                try {
                    int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
                    if (bits >= 0 && bits <= address.length * 8) {
                        return new Network(address, bits);
                    }
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException("not an address or network: " + text, e);
                }
            }
            throw new IllegalArgumentException("not an address or network: " + text);
        }

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((address[bit >> 3] & mask) != (other[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
