package io.tapedeck.recorder.dialect.rrweb;

import io.tapedeck.recorder.dialect.Dialect;
import io.tapedeck.recorder.dialect.Endpoint;
import java.util.List;

/** Plain rrweb, which has no wire format of its own: the site sends what {@code record} emits. */
public final class RrwebDialect implements Dialect {
    private final List<Endpoint> endpoints = List.of(new EventsEndpoint());

    @Override
    public String name() {
        return "rrweb";
    }

    @Override
    public List<Endpoint> endpoints() {
        return endpoints;
    }
}
