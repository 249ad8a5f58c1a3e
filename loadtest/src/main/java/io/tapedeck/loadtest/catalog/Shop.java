package io.tapedeck.loadtest.catalog;

import java.util.List;
import java.util.SplittableRandom;

/**
 * What the visitors of a made-up shop use and look at: few things often and many things rarely. Immutable.
 *
 * @param products as many as there are pages of the long tail
 * @param users who are known by name
 */
record Shop(int products, int users) {
    static final String SITE = "https://shop.example.com";

    /** Pages that everybody visits, the most visited first. */
    private static final List<String> PAGES = List.of(
            "/",
            "/cart",
            "/search?q=***",
            "/checkout/address",
            "/login",
            "/checkout/payment",
            "/account/orders",
            "/deals",
            "/checkout/done",
            "/help",
            "/account/profile",
            "/help/returns",
            "/contact",
            "/stores",
            "/gift-cards",
            "/about",
            "/jobs",
            "/legal/terms",
            "/legal/privacy",
            "/press");

    private static final List<String> COUNTRIES = List.of(
            "US", "DE", "GB", "FR", "IN", "BR", "CA", "NL", "ES", "IT", "AU", "JP", "PL", "SE", "CH", "AT", "BE", "MX",
            "DK", "NO", "FI", "PT", "CZ", "IE", "NZ", "ZA", "KR", "SG", "IS", "LU");

    private static final List<String> NAMES = List.of(
            "ann", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "karl", "lena", "mallory",
            "nina", "oscar", "peggy", "quentin", "rupert", "sybil", "trent", "ursula", "victor", "walter", "yvonne");

    private static final int COMPANIES = 500;

    /** The power of a uniform number that makes small ones frequent: half of the picks are in the first eighth. */
    private static final int SKEW = 3;

    /** What a visitor looks through, and how many of a thousand do. */
    record Client(String browser, String os, String device, int perMille) {}

    private static final List<Client> CLIENTS = List.of(
            new Client("Chrome 156", "Windows 11", "desktop", 270),
            new Client("Chrome Mobile 156", "Android 16", "mobile", 200),
            new Client("Mobile Safari 26", "iOS 26", "mobile", 170),
            new Client("Chrome 156", "macOS 26", "desktop", 80),
            new Client("Safari 26", "macOS 26", "desktop", 70),
            new Client("Edge 156", "Windows 11", "desktop", 60),
            new Client("Chrome 155", "Windows 10", "desktop", 50),
            new Client("Firefox 153", "Windows 11", "desktop", 35),
            new Client("Firefox 153", "Linux", "desktop", 20),
            new Client("Mobile Safari 26", "iPadOS 26", "tablet", 20),
            new Client("Chrome 156", "Linux", "desktop", 14),
            new Client("Samsung Internet 29", "Android 16", "mobile", 9),
            new Client("Opera 122", "Windows 11", "desktop", 2));

    /** A shop for as many sessions. */
    static Shop of(int sessions) {
        return new Shop(Math.max(50, sessions / 4), Math.max(20, sessions / 10));
    }

    String page(SplittableRandom random) {
        double which = random.nextDouble();
        if (which < 0.5) {
            return SITE + PAGES.get(skewed(random, PAGES.size()));
        }
        return SITE + (which < 0.9 ? "/products/" : "/articles/") + (1_000 + skewed(random, products));
    }

    String user(SplittableRandom random) {
        int number = skewed(random, users);
        return NAMES.get(number % NAMES.size()) + "." + number + "@company" + number % COMPANIES + ".example";
    }

    static String country(SplittableRandom random) {
        return COUNTRIES.get(skewed(random, COUNTRIES.size()));
    }

    static Client client(SplittableRandom random) {
        int left = random.nextInt(1_000);
        for (Client client : CLIENTS) {
            left -= client.perMille();
            if (left < 0) {
                return client;
            }
        }
        throw new AssertionError("the shares of the clients make a thousand");
    }

    /** 0 to {@code bound}, exclusive, small numbers more often. */
    private static int skewed(SplittableRandom random, int bound) {
        return (int) (bound * Math.pow(random.nextDouble(), SKEW));
    }
}
