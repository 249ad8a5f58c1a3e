package io.tapedeck.loadtest.catalog;

import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
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
    record Kind(String name, Function<SplittableRandom, Asked> asked, boolean later) {}

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
            add("all, " + name(sort), random -> new Asked().sort(sort));
        }
        later("all, a later page", new Asked());
        later("all, -durationMs, a later page", new Asked().sort(Sort.DURATION_DESC));
    }

    private void addPeopleAndPages() {
        add("user", random -> new Asked().user(user(random)));
        add("user, of whom there is nothing", random -> new Asked().user("nobody" + random.nextInt()));
        add("url, visited often", random -> new Asked().url("/checkout"));
        later("url, visited often, a later page", new Asked().url("/checkout"));
        add("url, one of many", random -> new Asked().url(url(random)));
        add("url, of which there is nothing", random -> new Asked().url("/nothing/" + random.nextInt()));
        add("tag, one that many have", random -> new Asked().tag("plan", "pro"));
        add(
                "tag, release of any day",
                random -> new Asked().tag("release", any(random).release()));
        add("tag, the first release", random -> new Asked().tag("release", "1.0"));
        add("tag, one of many", random -> new Asked().tag("order", tag(random, "order")));
    }

    private void addClients() {
        add("browser, of many", random -> new Asked().browser("chrome"));
        add("browser, of few", random -> new Asked().browser("opera"));
        add("os", random -> new Asked().os(any(random).os()));
        add("device", random -> new Asked().device(any(random).device()));
        add("country", random -> new Asked().country(any(random).country()));
    }

    private void addWhatHappened() {
        add("hasErrors=true", random -> new Asked().errors(true));
        add("hasErrors=false", random -> new Asked().errors(false));
        add("hasErrors=true, -errors", random -> new Asked().errors(true).sort(Sort.ERRORS_DESC));
        add("hasErrors=false, -errors", random -> new Asked().errors(false).sort(Sort.ERRORS_DESC));
        add("rage=true", random -> new Asked().rage(true));
        add("rage=false", random -> new Asked().rage(false));
        add("event, in many", random -> new Asked().event("add_to_cart"));
        add("event, in few", random -> new Asked().event("refund"));
    }

    private void addTimes() {
        add("minDurationMs, a minute", random -> new Asked().lasting(60_000));
        add("minDurationMs, an hour", random -> new Asked().lasting(HOUR_MS));
        add("from, to: an hour", random -> within(random, HOUR_MS));
        add(
                "from, to: a day, -durationMs",
                random -> within(random, SyntheticSessions.DAY_MS).sort(Sort.DURATION_DESC));
        add(
                "from, to: a week, -errors",
                random -> within(random, 7 * SyntheticSessions.DAY_MS).sort(Sort.ERRORS_DESC));
    }

    private void addText() {
        add("q, in many users", random -> new Asked().q("ann"));
        add("q, a user", random -> new Asked().q(user(random)));
        add("q, an entry page", random -> new Asked().q(entry(random)));
        add("q, a session's id", random -> new Asked().q(key(random).session()));
        add(
                "q, part of a session's id",
                random -> new Asked().q(key(random).session().substring(0, ID_PART)));
        add("q, nothing has it", random -> new Asked().q("nothing " + random.nextInt()));
    }

    private void addTogether() {
        add("browser, os, hasErrors", random -> {
            SessionFacts facts = any(random);
            return new Asked().browser(facts.browser()).os(facts.os()).errors(true);
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
                        .errors(true)
                        .sort(Sort.DURATION_DESC));
        add("user, hasErrors", random -> new Asked().user(user(random)).errors(true));
        add(
                "country, rage, a minute",
                random -> new Asked().country(any(random).country()).rage(true).lasting(60_000));
        add(
                "url, event, tag",
                random -> new Asked().url("/checkout").event("purchase").tag("plan", "enterprise"));
        add("q, a day", random -> within(random, SyntheticSessions.DAY_MS).q(user(random)));
        add(
                "browser and os that many have, but none both",
                random -> new Asked().browser("safari").os("windows"));
    }

    private void add(String name, Function<SplittableRandom, Asked> asked) {
        kinds.add(new Kind(name, asked, false));
    }

    private void later(String name, Asked asked) {
        kinds.add(new Kind(name, random -> asked, true));
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

    private static Asked within(SplittableRandom random, long ms) {
        long from = SyntheticSessions.BEGIN + random.nextLong(SyntheticSessions.END - SyntheticSessions.BEGIN - ms);
        return new Asked().between(from, from + ms);
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
