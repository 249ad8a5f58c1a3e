package io.tapedeck.recorder;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.http.BaseUrl;
import io.tapedeck.http.ForwardedHeaders;
import io.tapedeck.recorder.dialect.JsonAnswer;
import io.tapedeck.recorder.dialect.QueryKey;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.CaptureSettings;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;

/** {@code GET /ingest/v1/config}: what a recorder must know before it begins. Thread-safe. */
final class RemoteConfig implements Handler<RoutingContext> {
    /** The version of the masking contract, which a recorder repeats in its chunks. */
    private static final int MASKING_VERSION = 1;
    /** Under the 64 KB that browsers let a page send while it goes away. */
    private static final int UNLOAD_BYTES_MAX = 60 << 10;

    private static final int FLUSH_MS = 4_000;
    private static final long SESSION_IDLE_MS = 30 * 60_000L;
    private static final long SESSION_MS_MAX = 24 * 3_600_000L;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final RecorderSettings settings;
    private final Authoriser authoriser;
    private final ForwardedHeaders forwarded;

    RemoteConfig(RecorderSettings settings, Authoriser authoriser, ForwardedHeaders forwarded) {
        this.settings = settings;
        this.authoriser = authoriser;
        this.forwarded = forwarded;
    }

    @Override
    public void handle(RoutingContext ctx) {
        authoriser
                .find(QueryKey.of(ctx.queryParams()), ctx.request())
                .onSuccess(project -> JsonAnswer.end(
                        ctx, json(project, forwarded.base(ctx.request())).toString()))
                .onFailure(ctx::fail);
    }

    private ObjectNode json(Project project, BaseUrl base) {
        ObjectNode config = MAPPER.createObjectNode();
        config.put("recording", project.settings().recording());
        config.put("sampleRate", project.settings().sampleRate());
        ObjectNode masking = config.putObject("masking");
        masking.put("level", project.settings().masking().name().toLowerCase(Locale.ROOT));
        masking.put("version", MASKING_VERSION);
        CaptureSettings capture = project.settings().capture();
        masking.set("maskSelectors", list(capture.selectors().mask()));
        masking.set("blockSelectors", list(capture.selectors().block()));
        masking.set("ignoreSelectors", list(capture.selectors().ignore()));
        config.put("consent", capture.consent().name().toLowerCase(Locale.ROOT));
        config.putObject("urls")
                .<ObjectNode>set("include", list(capture.urls().include()))
                .set("exclude", list(capture.urls().exclude()));
        config.put("minimumDurationMs", capture.minimumDurationMs());
        config.putObject("limits")
                .put("chunkBytesMax", settings.wireBytesMax())
                .put("eventsPerChunkMax", settings.scanLimits().eventsMax())
                .put("unloadBytesMax", UNLOAD_BYTES_MAX)
                .put("flushMs", FLUSH_MS);
        config.putObject("session").put("idleMs", SESSION_IDLE_MS).put("maxMs", SESSION_MS_MAX);
        config.putObject("capture")
                .put("console", capture.console())
                .put("network", capture.network())
                .put("errors", capture.errors());
        config.put("appUrl", base.url() + "/app/p/" + project.slug() + "/s/");
        return config;
    }

    private static ArrayNode list(List<String> texts) {
        ArrayNode list = MAPPER.createArrayNode();
        texts.forEach(list::add);
        return list;
    }
}
