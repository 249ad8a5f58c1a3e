package io.tapedeck.playback;

import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.CaptureSettings.Consent;
import io.tapedeck.store.CaptureSettings.Selectors;
import io.tapedeck.store.CaptureSettings.UrlRules;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What recorders capture as JSON: the components are the members, in this order. */
record CaptureView(
        boolean console,
        boolean network,
        boolean networkHeaders,
        boolean networkBodies,
        boolean errors,
        Selectors selectors,
        UrlRules urls,
        long minimumDurationMs,
        String consent) {
    private static final Map<String, Consent> CONSENT = words();

    static CaptureView of(CaptureSettings capture) {
        return new CaptureView(
                capture.console(),
                capture.network(),
                capture.networkHeaders(),
                capture.networkBodies(),
                capture.errors(),
                capture.selectors(),
                capture.urls(),
                capture.minimumDurationMs(),
                word(capture.consent()));
    }

    /**
     * What the body says, where it says something.
     *
     * @throws io.tapedeck.http.ProblemException MALFORMED
     */
    static CaptureSettings read(RequestBody body, CaptureSettings like) {
        if (!body.has("capture")) {
            return like;
        }
        RequestBody capture = body.object(
                "capture",
                "console",
                "network",
                "networkHeaders",
                "networkBodies",
                "errors",
                "selectors",
                "urls",
                "minimumDurationMs",
                "consent");
        try {
            return new CaptureSettings(
                    capture.flag("console", like.console()),
                    capture.flag("network", like.network()),
                    capture.flag("networkHeaders", like.networkHeaders()),
                    capture.flag("networkBodies", like.networkBodies()),
                    capture.flag("errors", like.errors()),
                    selectors(capture, like.selectors()),
                    urls(capture, like.urls()),
                    capture.has("minimumDurationMs")
                            ? capture.number("minimumDurationMs", 0, CaptureSettings.MINIMUM_DURATION_MS_MAX)
                            : like.minimumDurationMs(),
                    capture.word("consent", CONSENT, like.consent()));
        } catch (IllegalArgumentException e) {
            throw capture.refused(e.getMessage());
        }
    }

    private static Selectors selectors(RequestBody capture, Selectors like) {
        if (!capture.has("selectors")) {
            return like;
        }
        RequestBody selectors = capture.object("selectors", "mask", "block", "ignore");
        return new Selectors(
                selectors(selectors, "mask", like.mask()),
                selectors(selectors, "block", like.block()),
                selectors(selectors, "ignore", like.ignore()));
    }

    private static List<String> selectors(RequestBody body, String member, List<String> like) {
        return body.texts(member, Selectors.COUNT_MAX, Selectors.LENGTH_MAX, like);
    }

    private static UrlRules urls(RequestBody capture, UrlRules like) {
        if (!capture.has("urls")) {
            return like;
        }
        RequestBody urls = capture.object("urls", "include", "exclude");
        return new UrlRules(
                urls.texts("include", UrlRules.COUNT_MAX, UrlRules.LENGTH_MAX, like.include()),
                urls.texts("exclude", UrlRules.COUNT_MAX, UrlRules.LENGTH_MAX, like.exclude()));
    }

    private static Map<String, Consent> words() {
        Map<String, Consent> words = new TreeMap<>();
        for (Consent consent : Consent.values()) {
            words.put(word(consent), consent);
        }
        return words;
    }

    private static String word(Consent consent) {
        return consent.name().toLowerCase(Locale.ROOT);
    }
}
