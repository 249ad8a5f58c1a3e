package io.tapedeck.store.event;

import java.util.Map;

/**
 * What the tag of a custom event means. Sites make events with any tag they like; recorders use some for what they have to
 * say themselves. A tag that a site might choose, too, is only the recorder's if the payload has the recorder's form.
 *
 * <pre>
 *   tag                                     of         means
 *   tapedeck.error                          Tapedeck   an error
 *   tapedeck.navigation                     Tapedeck   a page
 *   $url_changed, $pageview                 PostHog    a page
 *   breadcrumb                              Sentry     a console line or an event of the site ({@link SentryPayload})
 *   performanceSpan                         Sentry     a page or a request ({@link SentryPayload})
 *   options                                 Sentry     its settings
 *   window hidden, window visible,
 *   browser offline, browser online,
 *   sessionIdle, sessionNoLongerIdle        PostHog    the page's state
 *   any other in tapedeck., any in $                   nothing to anybody else
 *   any other                               the site   an event of the site
 * </pre>
 */
enum CustomTag {
    SITE,
    ERROR,
    PAGE,
    BREADCRUMB,
    SPAN,
    OPTIONS,
    OTHER;

    private static final Map<String, CustomTag> KNOWN = Map.ofEntries(
            Map.entry("", OTHER),
            Map.entry("tapedeck.error", ERROR),
            Map.entry("tapedeck.navigation", PAGE),
            Map.entry("$url_changed", PAGE),
            Map.entry("$pageview", PAGE),
            Map.entry("breadcrumb", BREADCRUMB),
            Map.entry("performanceSpan", SPAN),
            Map.entry("options", OPTIONS),
            Map.entry("window hidden", OTHER),
            Map.entry("window visible", OTHER),
            Map.entry("browser offline", OTHER),
            Map.entry("browser online", OTHER),
            Map.entry("sessionIdle", OTHER),
            Map.entry("sessionNoLongerIdle", OTHER));

    static CustomTag of(String tag) {
        CustomTag known = KNOWN.get(tag);
        if (known != null) {
            return known;
        }
        return tag.startsWith("$") || tag.startsWith("tapedeck.") ? OTHER : SITE;
    }
}
