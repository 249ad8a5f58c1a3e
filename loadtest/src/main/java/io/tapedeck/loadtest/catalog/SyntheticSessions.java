package io.tapedeck.loadtest.catalog;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tapedeck.loadtest.catalog.Shop.Client;
import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.EventCounts;
import io.tapedeck.store.PageVisit;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.User;
import io.tapedeck.store.WindowId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Made-up sessions of a {@link Shop} over thirty days, the earliest first. What a session is follows from the seed, the
 * number of all and its own number, so that it can be made again without being kept. Immutable.
 */
final class SyntheticSessions {
    static final String PROJECT = "lists";

    static final long DAY_MS = 86_400_000;
    private static final int DAYS = 30;
    /** The end of October 2026. */
    static final long END = 1_793_491_200_000L;

    static final long BEGIN = END - DAYS * DAY_MS;

    private static final long HOURS_4_MS = 4 * 3_600_000L;
    /** A release of the shop every three days. */
    private static final int RELEASE_DAYS = 3;

    private static final int PAGES_MAX = 40;
    private static final long MIX = 0xBF58476D1CE4E5B9L;

    private final int count;
    private final long seed;
    private final Shop shop;

    SyntheticSessions(int count, long seed) {
        this.count = count;
        this.seed = seed;
        this.shop = Shop.of(count);
    }

    int count() {
        return count;
    }

    /** The session with this number, from 0. */
    SegmentSession session(int number) {
        SplittableRandom random = new SplittableRandom(seed + number * MIX);
        String id = new UUID(random.nextLong(), random.nextLong()).toString();
        SessionFacts facts = facts(random, startedAt(number));
        return new SegmentSession(new SessionKey(PROJECT, id), facts, List.of(block(random, facts)));
    }

    /** More in the middle of each day than in the night. */
    private long startedAt(int number) {
        double days = (double) number / count * DAYS;
        double ofDay = days - Math.floor(days);
        return BEGIN + (long) ((days + Math.sin(2 * Math.PI * ofDay) / 10) * DAY_MS);
    }

    private SessionFacts facts(SplittableRandom random, long startedAt) {
        // Half last longer than 90 s, one in ten longer than 8 min.
        long durationMs = Math.min(HOURS_4_MS, 1_000 + (long) (90_000 * Math.exp(1.3 * random.nextGaussian())));
        long lastEventAt = startedAt + durationMs;
        List<String> urls = urls(random);
        Client client = Shop.client(random);
        boolean known = random.nextDouble() < 0.35;
        String user = known ? shop.user(random) : null;
        TreeSet<String> windows = new TreeSet<>(List.of("w1"));
        if (random.nextDouble() < 0.15) {
            windows.add("w2");
        }
        int events = (int) Math.min(200_000, 40 + durationMs / 150);
        return new SessionFacts(
                startedAt + 2_000,
                lastEventAt + 500,
                startedAt,
                lastEventAt,
                events,
                60_000 + events * 400L,
                counts(random, urls.size()),
                new PageVisit(urls.get(0), startedAt),
                new PageVisit(urls.get(urls.size() - 1), lastEventAt),
                urls,
                known ? new User(user, JsonNodeFactory.instance.objectNode().put("name", user), startedAt) : null,
                known ? new TreeSet<>(List.of(user)) : new TreeSet<>(),
                client.browser(),
                client.os(),
                client.device(),
                Shop.country(random),
                "tapedeck/0.1.0",
                release(startedAt),
                tags(random, startedAt),
                customEvents(random),
                windows,
                random.nextDouble() < 0.7 ? windows : new TreeSet<>(),
                false);
    }

    /** Distinct pages; four on average. */
    private List<String> urls(SplittableRandom random) {
        LinkedHashSet<String> urls = new LinkedHashSet<>();
        do {
            urls.add(shop.page(random));
        } while (urls.size() < PAGES_MAX && random.nextDouble() < 0.78);
        return new ArrayList<>(urls);
    }

    private static EventCounts counts(SplittableRandom random, int pages) {
        int errors = random.nextDouble() < 0.08 ? some(random) : 0;
        int consoleErrors = random.nextDouble() < 0.1 ? some(random) : 0;
        int rageClicks = random.nextDouble() < 0.015 ? some(random) : 0;
        return new EventCounts(
                pages * 3, rageClicks, random.nextInt(3), errors, consoleErrors, errors / 2, pages, random.nextInt(3));
    }

    /** At least one; rarely many. */
    private static int some(SplittableRandom random) {
        return 1 + (int) (-3 * Math.log(1 - random.nextDouble()));
    }

    /** What the shop was called when a session began. */
    static String release(long startedAt) {
        return "1." + (startedAt - BEGIN) / DAY_MS / RELEASE_DAYS;
    }

    private static SortedMap<String, String> tags(SplittableRandom random, long startedAt) {
        TreeMap<String, String> tags = new TreeMap<>();
        tags.put("release", release(startedAt));
        if (random.nextDouble() < 0.6) {
            double plan = random.nextDouble();
            tags.put("plan", plan < 0.7 ? "free" : plan < 0.97 ? "pro" : "enterprise");
        }
        if (random.nextDouble() < 0.03) {
            tags.put("order", Integer.toString(10_000_000 + random.nextInt(90_000_000)));
        }
        return tags;
    }

    private static SortedSet<String> customEvents(SplittableRandom random) {
        TreeSet<String> events = new TreeSet<>();
        if (random.nextDouble() < 0.15) {
            events.add("add_to_cart");
        }
        if (random.nextDouble() < 0.03) {
            events.add("purchase");
        }
        if (random.nextDouble() < 0.001) {
            events.add("refund");
        }
        return events;
    }

    /** All of the session as one block of one chunk: lists do not look at blocks. */
    private static BlockRef block(SplittableRandom random, SessionFacts facts) {
        int events = (int) facts.events();
        int rawLength = (int) facts.bytesRaw();
        ChunkRef chunk = new ChunkRef(
                new ChunkId(random.nextLong(), random.nextLong()),
                0,
                events,
                facts.startedAt(),
                facts.lastEventAt(),
                facts.firstReceivedAt());
        return new BlockRef(
                new WindowId("w1"),
                0,
                rawLength / 12,
                rawLength,
                random.nextInt(),
                events,
                facts.startedAt(),
                facts.lastEventAt(),
                List.of(facts.startedAt()),
                List.of(chunk));
    }
}
