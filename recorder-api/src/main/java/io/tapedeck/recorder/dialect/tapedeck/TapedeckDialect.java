package io.tapedeck.recorder.dialect.tapedeck;

import io.tapedeck.recorder.dialect.Dialect;
import io.tapedeck.recorder.dialect.Endpoint;
import io.tapedeck.store.event.ScanLimits;
import java.util.List;

/** Tapedeck's own recorder. */
public final class TapedeckDialect implements Dialect {
    private final List<Endpoint> endpoints;

    public TapedeckDialect(ScanLimits limits) {
        this.endpoints = List.of(new ChunkEndpoint(limits));
    }

    @Override
    public String name() {
        return "tapedeck";
    }

    @Override
    public List<Endpoint> endpoints() {
        return endpoints;
    }
}
