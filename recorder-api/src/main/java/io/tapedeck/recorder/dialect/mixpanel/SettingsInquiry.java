package io.tapedeck.recorder.dialect.mixpanel;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.http.BaseUrl;
import io.tapedeck.recorder.dialect.Inquiry;
import io.tapedeck.recorder.dialect.JsonAnswer;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/**
 * What sites ask that let the server set the SDK's options ({@code remote_settings_mode}): the share of sessions to
 * record. Other options are only ever set to record less, because they replace what the site itself has set.
 */
final class SettingsInquiry implements Inquiry {
    /** The SDK complains about more. */
    private static final long MINIMUM_DURATION_MS_MAX = 8_000;

    private static final double PERCENT = 100;

    @Override
    public List<String> paths() {
        return List.of("/settings");
    }

    @Override
    public Set<HttpMethod> methods() {
        return Set.of(HttpMethod.GET);
    }

    @Override
    public String identify(RequestHead head, ByteBuffer body) {
        return BasicToken.of(head);
    }

    @Override
    public void answer(RoutingContext ctx, RequestHead head, Project project, BaseUrl base) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.putObject("sdk_config").set("config", config(project.settings()));
        JsonAnswer.end(ctx, answer.toString());
    }

    private static ObjectNode config(ProjectSettings settings) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("record_sessions_percent", settings.recording() ? settings.sampleRate() * PERCENT : 0);
        if (!settings.capture().console()) {
            config.put("record_console", false);
        }
        if (!settings.capture().network()) {
            config.put("record_network", false);
        }
        if (settings.capture().minimumDurationMs() > 0) {
            config.put(
                    "record_min_ms",
                    Math.min(MINIMUM_DURATION_MS_MAX, settings.capture().minimumDurationMs()));
        }
        return config;
    }
}
