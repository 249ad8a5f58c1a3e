package io.tapedeck.recorder.dialect.tapedeck;

import io.tapedeck.recorder.dialect.Dialect;
import io.tapedeck.recorder.dialect.Endpoint;
import java.util.List;

/** Tapedeck's own recorder. */
public final class TapedeckDialect implements Dialect {
    private final List<Endpoint> endpoints = List.of(new ChunkEndpoint());

    @Override
    public String name() {
        return "tapedeck";
    }

    @Override
    public List<Endpoint> endpoints() {
        return endpoints;
    }
}
