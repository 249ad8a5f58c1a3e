package io.tapedeck.store;

/**
 * Which sessions of a project to list. Immutable; null means "any".
 *
 * @param project the project's slug
 * @param from {@code startedAt} at or after, epoch ms
 * @param to {@code startedAt} before, epoch ms
 * @param user a user id the session ever carried, exactly
 * @param url part of the address of any page visited
 * @param q free text: part of the session id, a user id, the entry URL or a tag's value
 * @param browser start of the browser's name, without regard to case
 * @param os likewise
 * @param device exactly
 * @param country exactly
 * @param minDurationMs at least so long
 * @param hasErrors whether there are errors or console errors
 * @param rage whether there are rage clicks
 * @param event a custom event's name
 * @param tagName a tag that must be there with {@code tagValue}; or what of its name stands before a colon
 * @param tagValue the tag's value; or the rest of its name, a colon and the value
 * @param sort order of the list
 * @param limit 1 to 200
 * @param cursor {@link SessionPage#nextCursor} of the same query's page before, or null
 */
public record SessionQuery(
        String project,
        Long from,
        Long to,
        String user,
        String url,
        String q,
        String browser,
        String os,
        String device,
        String country,
        Long minDurationMs,
        Boolean hasErrors,
        Boolean rage,
        String event,
        String tagName,
        String tagValue,
        Sort sort,
        int limit,
        String cursor) {
    /** Orders of the list; ties are broken by session id. Errors are errors and console errors together. */
    public enum Sort {
        STARTED_AT_DESC,
        STARTED_AT_ASC,
        DURATION_DESC,
        LAST_EVENT_AT_DESC,
        ERRORS_DESC
    }

    /** Which sessions come, and in which order, is as here; the page is another. */
    public SessionQuery page(int otherLimit, String otherCursor) {
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
                otherLimit,
                otherCursor);
    }

    /** Asks for all sessions of a project, the newest first, 50 a page, until something else is said. */
    public static Builder of(String project) {
        return new Builder(project);
    }

    /** A query in the making; what is said again replaces what was said before. Used by one thread. */
    public static final class Builder {
        private static final int LIMIT = 50;

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
        private Sort sort = Sort.STARTED_AT_DESC;
        private int limit = LIMIT;
        private String cursor;

        private Builder(String project) {
            this.project = project;
        }

        public Builder from(Long value) {
            from = value;
            return this;
        }

        public Builder to(Long value) {
            to = value;
            return this;
        }

        public Builder user(String value) {
            user = value;
            return this;
        }

        public Builder url(String value) {
            url = value;
            return this;
        }

        public Builder q(String value) {
            q = value;
            return this;
        }

        public Builder browser(String value) {
            browser = value;
            return this;
        }

        public Builder os(String value) {
            os = value;
            return this;
        }

        public Builder device(String value) {
            device = value;
            return this;
        }

        public Builder country(String value) {
            country = value;
            return this;
        }

        public Builder minDurationMs(Long value) {
            minDurationMs = value;
            return this;
        }

        public Builder hasErrors(Boolean value) {
            hasErrors = value;
            return this;
        }

        public Builder rage(Boolean value) {
            rage = value;
            return this;
        }

        public Builder event(String value) {
            event = value;
            return this;
        }

        /** Both null for any tag. */
        public Builder tag(String name, String value) {
            tagName = name;
            tagValue = value;
            return this;
        }

        public Builder sort(Sort value) {
            sort = value;
            return this;
        }

        public Builder limit(int value) {
            limit = value;
            return this;
        }

        public Builder cursor(String value) {
            cursor = value;
            return this;
        }

        public SessionQuery build() {
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
}
