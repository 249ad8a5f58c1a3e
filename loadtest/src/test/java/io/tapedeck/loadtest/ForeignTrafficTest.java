package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.loadtest.ForeignTraffic.Upload;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class ForeignTrafficTest {
    private static final int JSON_BYTES = 50_000;

    @Test
    void posthog_isABatchOfEvents_packed() throws IOException {
        Upload upload = ForeignTraffic.POSTHOG.upload("pk_x", JSON_BYTES);
        byte[] json = new GZIPInputStream(new ByteArrayInputStream(upload.body().getBytes())).readAllBytes();
        JsonObject batch = new JsonObject(new String(json, StandardCharsets.UTF_8));

        assertThat(batch.getString("api_key")).isEqualTo("pk_x");
        assertThat(batch.getJsonArray("batch").getJsonObject(3).getJsonObject("properties"))
                .contains(Map.entry("token", "pk_x"));
        assertThat(json).hasSize(upload.jsonBytes()).hasSizeGreaterThanOrEqualTo(JSON_BYTES);
    }

    @Test
    void mixpanel_isAForm() {
        Upload upload = ForeignTraffic.MIXPANEL.upload("pk_x", JSON_BYTES);
        String form = URLDecoder.decode(upload.body().toString(), StandardCharsets.UTF_8);
        byte[] json = Base64.getDecoder().decode(form.substring("data=".length()));

        assertThat(new JsonArray(new String(json, StandardCharsets.UTF_8))
                        .getJsonObject(3)
                        .getJsonObject("properties")
                        .getString("token"))
                .isEqualTo("pk_x");
        assertThat(json).hasSize(upload.jsonBytes()).hasSizeGreaterThanOrEqualTo(JSON_BYTES);
    }

    @Test
    void sentry_isAnEnvelopeWithATransaction() {
        Upload upload = ForeignTraffic.SENTRY.upload("pk_x", JSON_BYTES);
        String[] lines = upload.body().toString().split("\n");

        assertThat(upload.path()).contains("sentry_key=pk_x");
        assertThat(lines).hasSize(3);
        assertThat(new JsonObject(lines[2]).getJsonArray("spans")).hasSizeGreaterThan(20);
        assertThat(upload.body().length()).isEqualTo(upload.jsonBytes()).isGreaterThanOrEqualTo(JSON_BYTES);
    }
}
