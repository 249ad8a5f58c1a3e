package io.tapedeck.recorder.dialect.mixpanel;

import io.tapedeck.recorder.dialect.Dialect;
import io.tapedeck.recorder.dialect.Endpoint;
import io.tapedeck.recorder.dialect.Inquiry;
import java.util.List;

/** Mixpanel's browser SDK: its recordings, and what its analytics events say about them. */
public final class MixpanelDialect implements Dialect {
    private final List<Endpoint> endpoints = List.of(new RecordEndpoint(), new EventsEndpoint());
    private final List<Inquiry> inquiries = List.of(new SettingsInquiry(), new FlagsInquiry());

    @Override
    public String name() {
        return "mixpanel";
    }

    @Override
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    @Override
    public List<Inquiry> inquiries() {
        return inquiries;
    }
}
