package io.tapedeck.recorder.dialect.posthog;

import io.tapedeck.http.Assets;
import io.tapedeck.recorder.dialect.Dialect;
import io.tapedeck.recorder.dialect.Endpoint;
import io.tapedeck.recorder.dialect.Inquiry;
import java.util.List;

/** PostHog's SDK for browsers, {@code posthog-js}: its recordings, and of its events what belongs to one. */
public final class PosthogDialect implements Dialect {
    private final List<Endpoint> endpoints = List.of(
            new CaptureEndpoint(true, List.of("/s", "/s/")),
            new CaptureEndpoint(
                    false, List.of("/e", "/e/", "/i/v0/e", "/i/v0/e/", "/batch", "/batch/", "/capture", "/capture/")));

    private final List<Inquiry> inquiries;

    /** @param assets with the SDK's scripts in {@code sdk/posthog/} */
    public PosthogDialect(Assets assets) {
        this.inquiries = List.of(
                new ScriptInquiry(assets), new ConfigInquiry(true), new ConfigInquiry(false), new FlagsInquiry());
    }

    @Override
    public String name() {
        return "posthog";
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
