package io.tapedeck.loadtest.catalog;

import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.SessionQuery.Sort;

/** A query of the list in the making: nothing asked for, the newest first, 50 a page, until something is said. */
final class Asked {
    private Long from;
    private Long to;
    private String user;
    private String url;
    private String q;
    private String browser;
    private String os;
    private String device;
    private String country;
    private Long minDurationMs;
    private Boolean hasErrors;
    private Boolean rage;
    private String event;
    private String tagName;
    private String tagValue;
    private Sort sort = Sort.STARTED_AT_DESC;

    Asked between(long first, long end) {
        from = first;
        to = end;
        return this;
    }

    Asked user(String id) {
        user = id;
        return this;
    }

    Asked url(String part) {
        url = part;
        return this;
    }

    Asked q(String part) {
        q = part;
        return this;
    }

    Asked browser(String start) {
        browser = start;
        return this;
    }

    Asked os(String start) {
        os = start;
        return this;
    }

    Asked device(String name) {
        device = name;
        return this;
    }

    Asked country(String code) {
        country = code;
        return this;
    }

    Asked lasting(long ms) {
        minDurationMs = ms;
        return this;
    }

    Asked errors(boolean wanted) {
        hasErrors = wanted;
        return this;
    }

    Asked rage(boolean wanted) {
        rage = wanted;
        return this;
    }

    Asked event(String name) {
        event = name;
        return this;
    }

    Asked tag(String name, String value) {
        tagName = name;
        tagValue = value;
        return this;
    }

    Asked sort(Sort order) {
        sort = order;
        return this;
    }

    SessionQuery page(int limit, String cursor) {
        return new SessionQuery(
                SyntheticSessions.PROJECT,
                from,
                to,
                user,
                url,
                q,
                browser,
                os,
                device,
                country,
                minDurationMs,
                hasErrors,
                rage,
                event,
                tagName,
                tagValue,
                sort,
                limit,
                cursor);
    }
}
