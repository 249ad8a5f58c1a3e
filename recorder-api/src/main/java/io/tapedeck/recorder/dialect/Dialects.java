package io.tapedeck.recorder.dialect;

import io.tapedeck.http.Assets;
import io.tapedeck.recorder.dialect.mixpanel.MixpanelDialect;
import io.tapedeck.recorder.dialect.posthog.PosthogDialect;
import io.tapedeck.recorder.dialect.rrweb.RrwebDialect;
import io.tapedeck.recorder.dialect.sentry.SentryDialect;
import io.tapedeck.recorder.dialect.tapedeck.TapedeckDialect;
import java.util.List;

/** The dialects that the gateway speaks: the one place where they are listed. */
public final class Dialects {
    private Dialects() {}

    /** @param assets with the scripts that clients ask for */
    public static List<Dialect> all(Assets assets) {
        return List.of(
                new TapedeckDialect(),
                new PosthogDialect(assets),
                new MixpanelDialect(),
                new SentryDialect(),
                new RrwebDialect());
    }
}
