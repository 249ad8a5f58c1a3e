package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionQuery;

/** A query with some things asked for. */
final class QueryBuilder {
    private final String project;
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
    private SessionQuery.Sort sort = SessionQuery.Sort.STARTED_AT_DESC;
    private int limit = 50;
    private String cursor;

    QueryBuilder(String project) {
        this.project = project;
    }

    QueryBuilder from(long value) {
        from = value;
        return this;
    }

    QueryBuilder to(long value) {
        to = value;
        return this;
    }

    QueryBuilder user(String value) {
        user = value;
        return this;
    }

    QueryBuilder url(String value) {
        url = value;
        return this;
    }

    QueryBuilder q(String value) {
        q = value;
        return this;
    }

    QueryBuilder browser(String value) {
        browser = value;
        return this;
    }

    QueryBuilder os(String value) {
        os = value;
        return this;
    }

    QueryBuilder device(String value) {
        device = value;
        return this;
    }

    QueryBuilder country(String value) {
        country = value;
        return this;
    }

    QueryBuilder minDurationMs(long value) {
        minDurationMs = value;
        return this;
    }

    QueryBuilder hasErrors(boolean value) {
        hasErrors = value;
        return this;
    }

    QueryBuilder rage(boolean value) {
        rage = value;
        return this;
    }

    QueryBuilder event(String value) {
        event = value;
        return this;
    }

    QueryBuilder tag(String name, String value) {
        tagName = name;
        tagValue = value;
        return this;
    }

    QueryBuilder sort(SessionQuery.Sort value) {
        sort = value;
        return this;
    }

    QueryBuilder limit(int value) {
        limit = value;
        return this;
    }

    QueryBuilder cursor(String value) {
        cursor = value;
        return this;
    }

    SessionQuery build() {
        return new SessionQuery(
                project,
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
