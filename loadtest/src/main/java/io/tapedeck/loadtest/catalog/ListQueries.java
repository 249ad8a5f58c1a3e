package io.tapedeck.loadtest.catalog;

import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.SessionQuery.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What people ask a list for: every order, every filter with something that many sessions have and with something that
 * few have, and filters together. What is looked for is taken from the sessions themselves.
 */
final class ListQueries {
    private static final long HOUR_MS = 3_600_000;
    private static final int ID_PART = 8;

    private final SyntheticSessions sessions;
    private final List<Kind> kinds = new ArrayList<>();

    /**
     * Queries of one kind.
     *
     * @param asked one of them, by chance
     * @param later whether it is not the first page that is asked for, but one of those after it
     */
    record Kind(String name, Function<SplittableRandom, SessionQuery> asked, boolean later) {}

    private ListQueries(SyntheticSessions sessions) {
        this.sessions = sessions;
    }

    /** All kinds, in the order in which they are shown. */
    static List<Kind> of(SyntheticSessions sessions) {
        ListQueries queries = new ListQueries(sessions);
        queries.addOrders();
        queries.addPeopleAndPages();
        queries.addClients();
        queries.addWhatHappened();
        queries.addTimes();
        queries.addText();
        queries.addTogether();
        return queries.kinds;
    }

    private void addOrders() {
        for (Sort sort : Sort.values()) {
            add("all, " + name(sort), random -> all().sort(sort));
        }
        later("all, a later page", all());
        later("all, -durationMs, a later page", all().sort(Sort.DURATION_DESC));
    }

    private void addPeopleAndPages() {
        add("user", random -> all().user(user(random)));
        add("user, of whom there is nothing", random -> all().user("nobody" + random.nextInt()));
        add("url, visited often", random -> all().url("/checkout"));
        later("url, visited often, a later page", all().url("/checkout"));
        add("url, one of many", random -> all().url(url(random)));
        add("url, of which there is nothing", random -> all().url("/nothing/" + random.nextInt()));
        add("tag, one that many have", random -> all().tag("plan", "pro"));
        add(
                "tag, release of any day",
                random -> all().tag("release", any(random).release()));
        add("tag, the first release", random -> all().tag("release", "1.0"));
        add("tag, one of many", random -> all().tag("order", tag(random, "order")));
    }

    private void addClients() {
        add("browser, of many", random -> all().browser("chrome"));
        add("browser, of few", random -> all().browser("opera"));
        add("os", random -> all().os(any(random).os()));
        add("device", random -> all().device(any(random).device()));
        add("country", random -> all().country(any(random).country()));
    }

    private void addWhatHappened() {
        add("hasErrors=true", random -> all().hasErrors(true));
        add("hasErrors=false", random -> all().hasErrors(false));
        add("hasErrors=true, -errors", random -> all().hasErrors(true).sort(Sort.ERRORS_DESC));
        add("hasErrors=false, -errors", random -> all().hasErrors(false).sort(Sort.ERRORS_DESC));
        add("rage=true", random -> all().rage(true));
        add("rage=false", random -> all().rage(false));
        add("event, in many", random -> all().event("add_to_cart"));
        add("event, in few", random -> all().event("refund"));
    }

    private void addTimes() {
        add("minDurationMs, a minute", random -> all().minDurationMs(60_000L));
        add("minDurationMs, an hour", random -> all().minDurationMs(HOUR_MS));
        add("from, to: an hour", random -> within(random, HOUR_MS));
        add(
                "from, to: a day, -durationMs",
                random -> within(random, SyntheticSessions.DAY_MS).sort(Sort.DURATION_DESC));
        add(
                "from, to: a week, -errors",
                random -> within(random, 7 * SyntheticSessions.DAY_MS).sort(Sort.ERRORS_DESC));
    }

    private void addText() {
        add("q, in many users", random -> all().q("ann"));
        add("q, a user", random -> all().q(user(random)));
        add("q, an entry page", random -> all().q(entry(random)));
        add("q, a session's id", random -> all().q(key(random).session()));
        add("q, part of a session's id", random -> all().q(key(random).session().substring(0, ID_PART)));
        add("q, nothing has it", random -> all().q("nothing " + random.nextInt()));
    }

    private void addTogether() {
        add("browser, os, hasErrors", random -> {
            SessionFacts facts = any(random);
            return all().browser(facts.browser()).os(facts.os()).hasErrors(true);
        });
        add(
                "a day, url, browser",
                random -> within(random, SyntheticSessions.DAY_MS)
                        .url("/checkout")
                        .browser("chrome"));
        add(
                "a day, tag, hasErrors, -durationMs",
                random -> within(random, SyntheticSessions.DAY_MS)
                        .tag("plan", "pro")
                        .hasErrors(true)
                        .sort(Sort.DURATION_DESC));
        add("user, hasErrors", random -> all().user(user(random)).hasErrors(true));
        add(
                "country, rage, a minute",
                random -> all().country(any(random).country()).rage(true).minDurationMs(60_000L));
        add(
                "url, event, tag",
                random -> all().url("/checkout").event("purchase").tag("plan", "enterprise"));
        add("q, a day", random -> within(random, SyntheticSessions.DAY_MS).q(user(random)));
        add(
                "browser and os that many have, but none both",
                random -> all().browser("safari").os("windows"));
    }

    private void add(String name, Function<SplittableRandom, SessionQuery.Builder> asked) {
        kinds.add(new Kind(name, random -> asked.apply(random).build(), false));
    }

    private void later(String name, SessionQuery.Builder asked) {
        kinds.add(new Kind(name, random -> asked.build(), true));
    }

    private static SessionQuery.Builder all() {
        return SessionQuery.of(SyntheticSessions.PROJECT);
    }

    private SessionFacts any(SplittableRandom random) {
        return sessions.session(random.nextInt(sessions.count())).facts();
    }

    private SessionKey key(SplittableRandom random) {
        return sessions.session(random.nextInt(sessions.count())).session();
    }

    private SessionFacts any(SplittableRandom random, Predicate<SessionFacts> wanted) {
        SessionFacts facts = any(random);
        while (!wanted.test(facts)) {
            facts = any(random);
        }
        return facts;
    }

    /** Of any session that has one: who has many is found often. */
    private String user(SplittableRandom random) {
        return any(random, facts -> facts.user() != null).user().id();
    }

    private String url(SplittableRandom random) {
        return any(random, facts -> isOneOfMany(facts.exit().url())).exit().url();
    }

    private String entry(SplittableRandom random) {
        return any(random, facts -> isOneOfMany(facts.entry().url())).entry().url();
    }

    private static boolean isOneOfMany(String url) {
        return url.startsWith(Shop.SITE + "/products/") || url.startsWith(Shop.SITE + "/articles/");
    }

    private String tag(SplittableRandom random, String name) {
        return any(random, facts -> facts.tags().containsKey(name)).tags().get(name);
    }

    private static SessionQuery.Builder within(SplittableRandom random, long ms) {
        long from = SyntheticSessions.BEGIN + random.nextLong(SyntheticSessions.END - SyntheticSessions.BEGIN - ms);
        return all().from(from).to(from + ms);
    }

    /** As the API calls it. */
    private static String name(Sort sort) {
        return switch (sort) {
            case STARTED_AT_DESC -> "-startedAt";
            case STARTED_AT_ASC -> "startedAt";
            case DURATION_DESC -> "-durationMs";
            case LAST_EVENT_AT_DESC -> "-lastEventAt";
            case ERRORS_DESC -> "-errors";
        };
    }
}
