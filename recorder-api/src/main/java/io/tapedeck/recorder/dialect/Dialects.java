package io.tapedeck.recorder.dialect;

import io.tapedeck.http.Assets;
import io.tapedeck.recorder.dialect.mixpanel.MixpanelDialect;
import io.tapedeck.recorder.dialect.posthog.PosthogDialect;
import io.tapedeck.recorder.dialect.rrweb.RrwebDialect;
import io.tapedeck.recorder.dialect.sentry.SentryDialect;
import io.tapedeck.recorder.dialect.tapedeck.TapedeckDialect;
import io.tapedeck.store.event.ScanLimits;
import java.util.List;

/** The dialects that the gateway speaks: the one place where they are listed. */
public final class Dialects {
    private Dialects() {}

    /**
     * @param assets with the scripts that clients ask for
     * @param limits of the events that a dialect reads itself
     */
    public static List<Dialect> all(Assets assets, ScanLimits limits) {
        return List.of(
                new TapedeckDialect(limits),
                new PosthogDialect(assets),
                new MixpanelDialect(),
                new SentryDialect(),
                new RrwebDialect());
    }
}
