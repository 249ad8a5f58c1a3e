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
 * @param tagName a tag that must be there with {@code tagValue}
 * @param tagValue the tag's value
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
}
