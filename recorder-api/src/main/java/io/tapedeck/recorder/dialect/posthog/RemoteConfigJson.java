package io.tapedeck.recorder.dialect.posthog;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.CaptureSettings.Consent;
import io.tapedeck.store.CaptureSettings.Selectors;
import io.tapedeck.store.CaptureSettings.UrlRules;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A project's settings as the SDK understands them. What Tapedeck makes no use of is off, so that pages do not load scripts
 * for it nor send events about it.
 */
final class RemoteConfigJson {
    /**
     * The SDK sends a recording once this flag is on or the site calls
     * {@code posthog.startSessionRecording({ linked_flag: true })}. Nothing ever turns it on: where visitors must agree, the
     * site makes that call.
     */
    private static final String CONSENT_FLAG = "tapedeck-consent";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private RemoteConfigJson() {}

    static ObjectNode of(ProjectSettings settings) {
        CaptureSettings capture = settings.capture();
        ObjectNode config = MAPPER.createObjectNode();
        config.putArray("supportedCompression").add("gzip-js");
        config.put("hasFeatureFlags", false);
        config.put("autocapture_opt_out", true);
        config.put("captureDeadClicks", false);
        config.put("heatmaps", false);
        config.put("surveys", false);
        config.put("productTours", false);
        config.put("autocaptureExceptions", capture.errors());
        config.putObject("errorTracking").put("autocaptureExceptions", capture.errors());
        config.putObject("capturePerformance")
                .put("network_timing", capture.network())
                .put("web_vitals", false);
        config.put("elementsChainAsString", true);
        config.put("isAuthenticated", false);
        config.putObject("toolbarParams");
        config.putObject("analytics").put("endpoint", "/i/v0/e/");
        config.putArray("siteApps");
        if (settings.recording()) {
            config.set("sessionRecording", recording(settings, capture));
        } else {
            config.put("sessionRecording", false);
        }
        return config;
    }

    private static ObjectNode recording(ProjectSettings settings, CaptureSettings capture) {
        ObjectNode recording = MAPPER.createObjectNode();
        recording.put("endpoint", "/s/");
        recording.put("consoleLogRecordingEnabled", capture.console());
        recording
                .putObject("networkPayloadCapture")
                .put("recordHeaders", capture.network() && capture.networkHeaders())
                .put("recordBody", capture.network() && capture.networkBodies());
        recording.put("sampleRate", settings.sampleRate() < 1 ? Double.toString(settings.sampleRate()) : null);
        recording.put(
                "minimumDurationMilliseconds", capture.minimumDurationMs() > 0 ? capture.minimumDurationMs() : null);
        recording.put("linkedFlag", capture.consent() == Consent.REQUIRED ? CONSENT_FLAG : null);
        // Otherwise a session that is in the sample would not wait for the flag.
        recording.put("triggerMatchType", "all");
        recording.putArray("urlTriggers");
        recording.putArray("eventTriggers");
        recording.set("urlBlocklist", blocked(capture.urls()));
        recording.set("masking", masking(settings.masking(), capture.selectors()));
        recording.put("recordCanvas", false);
        return recording;
    }

    /**
     * Where it pauses. Its triggers begin a recording that then goes on everywhere, so the pages to be recorded are said by
     * their opposite.
     */
    private static ArrayNode blocked(UrlRules urls) {
        ArrayNode list = MAPPER.createArrayNode();
        urls.exclude().forEach(pattern -> block(list, UrlRules.regex(pattern)));
        if (!urls.include().isEmpty()) {
            String any = urls.include().stream().map(UrlRules::regex).collect(Collectors.joining("|"));
            block(list, "^(?!" + any + ")");
        }
        return list;
    }

    private static void block(ArrayNode list, String regex) {
        list.addObject().put("url", regex).put("matching", "regex");
    }

    /**
     * It has selectors for text and for what is left out, and for inputs only all or none: where any input is to be hidden
     * that the level would show, all are.
     */
    private static ObjectNode masking(MaskingLevel level, Selectors selectors) {
        List<String> hidden = Stream.concat(selectors.mask().stream(), selectors.ignore().stream())
                .toList();
        ObjectNode masking = MAPPER.createObjectNode();
        masking.put("maskAllInputs", level != MaskingLevel.OPEN || !hidden.isEmpty());
        if (level == MaskingLevel.STRICT) {
            masking.put("maskTextSelector", "*");
        } else if (!hidden.isEmpty()) {
            masking.put("maskTextSelector", String.join(",", hidden));
        }
        if (!selectors.block().isEmpty()) {
            masking.put("blockSelector", String.join(",", selectors.block()));
        }
        return masking;
    }
}
