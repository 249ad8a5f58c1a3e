package io.tapedeck.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is known about a session (or about a part of it: one chunk, one segment) without reading its events. Immutable.
 *
 * <p>Facts of parts are joined by {@link #plus}, in any order and with the same outcome but for the order of
 * {@link #urls}. Joining adds the counters, so each part must be joined once. All collections are bounded by the
 * constants below; what does not fit is left out of the facts, never out of the recording.
 *
 * @param firstReceivedAt when the server took the first chunk; the session's date for keys and retention
 * @param lastReceivedAt when the server took the last chunk; silence is counted from here
 * @param startedAt time of the first event, clamped to what is plausible next to the receipt
 * @param lastEventAt time of the last event, clamped likewise
 * @param events number of events
 * @param bytesRaw bytes of the events as NDJSON
 * @param counts what happened
 * @param entry the first page, or null
 * @param exit the last page, or null
 * @param urls distinct pages visited, query values masked
 * @param user the last identification, or null
 * @param userIds every user id the session ever carried
 * @param browser such as {@code Chrome 156}, or null
 * @param os such as {@code Linux}, or null
 * @param device {@code desktop}, {@code mobile} or {@code tablet}, or null
 * @param country ISO 3166 code, or null
 * @param sdk such as {@code tapedeck/0.1.0}, or null
 * @param release the site's own release, or null
 * @param tags name to value
 * @param customEvents distinct names of custom events
 * @param windows every window seen
 * @param finalWindows the windows that have said that they end
 * @param clockImplausible whether a client clock was clamped
 */
public record SessionFacts(
        long firstReceivedAt,
        long lastReceivedAt,
        long startedAt,
        long lastEventAt,
        long events,
        long bytesRaw,
        EventCounts counts,
        PageVisit entry,
        PageVisit exit,
        List<String> urls,
        User user,
        SortedSet<String> userIds,
        String browser,
        String os,
        String device,
        String country,
        String sdk,
        String release,
        SortedMap<String, String> tags,
        SortedSet<String> customEvents,
        SortedSet<String> windows,
        SortedSet<String> finalWindows,
        boolean clockImplausible) {
    public SessionFacts {
        Objects.requireNonNull(counts);
        urls = List.copyOf(urls);
        Objects.requireNonNull(userIds);
        Objects.requireNonNull(tags);
        Objects.requireNonNull(customEvents);
        Objects.requireNonNull(windows);
        Objects.requireNonNull(finalWindows);
        if (tags.containsValue(null)) {
            throw new IllegalArgumentException("a tag without value");
        }
    }

    /** Distinct pages kept. */
    public static final int URLS_MAX = 100;
    /** Distinct user ids kept. */
    public static final int USER_IDS_MAX = 32;
    /** Tags kept. */
    public static final int TAGS_MAX = 50;
    /** Distinct names of custom events kept. */
    public static final int CUSTOM_EVENTS_MAX = 100;
    /** Windows kept. */
    public static final int WINDOWS_MAX = 500;

    /** The facts of both parts together. Neither part is changed. */
    public SessionFacts plus(SessionFacts other) {
        boolean inOrder = other.lastReceivedAt >= lastReceivedAt;
        SessionFacts earlier = inOrder ? this : other;
        SessionFacts later = inOrder ? other : this;
        return new SessionFacts(
                Math.min(firstReceivedAt, other.firstReceivedAt),
                Math.max(lastReceivedAt, other.lastReceivedAt),
                Math.min(startedAt, other.startedAt),
                Math.max(lastEventAt, other.lastEventAt),
                events + other.events,
                bytesRaw + other.bytesRaw,
                counts.plus(other.counts),
                firstOf(entry, other.entry),
                lastOf(exit, other.exit),
                union(earlier.urls, later.urls),
                lastOf(user, other.user),
                union(userIds, other.userIds, USER_IDS_MAX),
                either(later.browser, earlier.browser),
                either(later.os, earlier.os),
                either(later.device, earlier.device),
                either(later.country, earlier.country),
                either(later.sdk, earlier.sdk),
                either(later.release, earlier.release),
                union(earlier.tags, later.tags),
                union(customEvents, other.customEvents, CUSTOM_EVENTS_MAX),
                union(windows, other.windows, WINDOWS_MAX),
                union(finalWindows, other.finalWindows, WINDOWS_MAX),
                clockImplausible || other.clockImplausible);
    }

    /** The same with other counters. */
    public SessionFacts counting(long newEvents, long newBytesRaw, EventCounts newCounts) {
        return new SessionFacts(
                firstReceivedAt,
                lastReceivedAt,
                startedAt,
                lastEventAt,
                newEvents,
                newBytesRaw,
                newCounts,
                entry,
                exit,
                urls,
                user,
                userIds,
                browser,
                os,
                device,
                country,
                sdk,
                release,
                tags,
                customEvents,
                windows,
                finalWindows,
                clockImplausible);
    }

    /** Whether every window seen has said that it ends. */
    public boolean isFinal() {
        return !windows.isEmpty() && finalWindows.containsAll(windows);
    }

    private static PageVisit firstOf(PageVisit a, PageVisit b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return b.at() < a.at() ? b : a;
    }

    private static PageVisit lastOf(PageVisit a, PageVisit b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return b.at() >= a.at() ? b : a;
    }

    private static User lastOf(User a, User b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return b.identifiedAt() >= a.identifiedAt() ? after(a, b) : after(b, a);
    }

    /** Who only says the id again takes nothing back of what was said with it. */
    private static User after(User before, User last) {
        return last.traits().isEmpty() && last.id().equals(before.id())
                ? new User(last.id(), before.traits(), last.identifiedAt())
                : last;
    }

    private static String either(String preferred, String other) {
        return preferred != null ? preferred : other;
    }

    private static List<String> union(List<String> first, List<String> second) {
        if (second.isEmpty() || first.containsAll(second)) {
            return first;
        }
        LinkedHashSet<String> all = new LinkedHashSet<>(first);
        all.addAll(second);
        List<String> kept = new ArrayList<>(all);
        return List.copyOf(kept.subList(0, Math.min(kept.size(), URLS_MAX)));
    }

    private static SortedSet<String> union(SortedSet<String> a, SortedSet<String> b, int sizeMax) {
        if (b.isEmpty() || a.containsAll(b)) {
            return a;
        }
        TreeSet<String> all = new TreeSet<>(a);
        for (String one : b) {
            if (all.size() >= sizeMax && !all.contains(one)) {
                break;
            }
            all.add(one);
        }
        return Collections.unmodifiableSortedSet(all);
    }

    private static SortedMap<String, String> union(SortedMap<String, String> a, SortedMap<String, String> b) {
        if (b.isEmpty()) {
            return a;
        }
        TreeMap<String, String> all = new TreeMap<>(a);
        b.forEach((name, value) -> {
            if (all.size() < TAGS_MAX || all.containsKey(name)) {
                all.put(name, value);
            }
        });
        return Collections.unmodifiableSortedMap(all);
    }
}
