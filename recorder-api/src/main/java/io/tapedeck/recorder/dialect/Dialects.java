package io.tapedeck.recorder.dialect;

import io.tapedeck.recorder.dialect.tapedeck.TapedeckDialect;
import java.util.List;

/** The dialects that the gateway speaks: the one place where they are listed. */
public final class Dialects {
    private Dialects() {}

    public static List<Dialect> all() {
        return List.of(new TapedeckDialect());
    }
}
