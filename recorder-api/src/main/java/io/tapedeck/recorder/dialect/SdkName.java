package io.tapedeck.recorder.dialect;

import java.util.regex.Pattern;

/** Names of the SDKs that uploads come from, such as {@code posthog/1.2.3}. */
public final class SdkName {
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z.+-]{1,40}");

    private SdkName() {}

    /**
     * The name with the version, or alone if that does not look like one.
     *
     * @param version as the client says it: may be null or anything
     */
    public static String of(String sdk, String version) {
        return version != null && VERSION.matcher(version).matches() ? sdk + "/" + version : sdk;
    }
}
