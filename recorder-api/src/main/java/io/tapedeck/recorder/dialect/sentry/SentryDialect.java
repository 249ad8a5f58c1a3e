package io.tapedeck.recorder.dialect.sentry;

import io.tapedeck.recorder.dialect.Dialect;
import io.tapedeck.recorder.dialect.Endpoint;
import java.util.List;

/** The browser SDK of Sentry with its replay integration. Of what else it sends, only errors are of use to a recording. */
public final class SentryDialect implements Dialect {
    private final List<Endpoint> endpoints = List.of(new EnvelopeEndpoint());

    @Override
    public String name() {
        return "sentry";
    }

    @Override
    public List<Endpoint> endpoints() {
        return endpoints;
    }
}
