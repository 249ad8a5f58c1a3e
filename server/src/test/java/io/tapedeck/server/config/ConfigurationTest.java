package io.tapedeck.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
    @TempDir
    Path folder;

    @Test
    void load_withNothing_hasTheDefaults() {
        Configuration configuration = Configuration.load(null, Map.of("PATH", "/bin"), Map.of());

        assertThat(configuration.describe())
                .containsExactly(
                        "http-port = 8080  # default",
                        "bind = 0.0.0.0  # default",
                        "internal-port = (not set)  # default",
                        "public-url = (not set)  # default",
                        "ingest-paths = []  # default",
                        "trusted-proxies = []  # default",
                        "log-format = text  # default",
                        "access-log = false  # default",
                        "trace-endpoint = (not set)  # default",
                        "trace-ratio = 0.01  # default",
                        "trace-headers = (not set)  # default",
                        "demo = true  # default",
                        "roles = [recorder, playback, upkeep]  # default",
                        "data-dir = data  # default",
                        "ack = journaled  # default",
                        "store-url = (not set)  # default",
                        "s3-endpoint = (not set)  # default",
                        "s3-region = us-east-1  # default",
                        "s3-access-key = (not set)  # default",
                        "s3-secret-key = (not set)  # default",
                        "s3-path-style = (not set)  # default",
                        "encryption-key = (not set)  # default",
                        "backup-s3-endpoint = (not set)  # default",
                        "backup-s3-region = (not set)  # default",
                        "backup-s3-access-key = (not set)  # default",
                        "backup-s3-secret-key = (not set)  # default",
                        "catalog-url = (not set)  # default",
                        "catalog-user = (not set)  # default",
                        "catalog-password = (not set)  # default",
                        "journal-bytes-max = 10737418240  # default",
                        "settle-after = PT5M  # default",
                        "settle-level = 9  # default",
                        "settle-threads = (not set)  # default",
                        "segment-level = 1  # default",
                        "gc-grace = PT10M  # default",
                        "body-bytes-max = 26214400  # default",
                        "inflated-bytes-max = 104857600  # default",
                        "inflight-bytes-max = (not set)  # default",
                        "event-streams-max = 64  # default",
                        "live-viewers-max = 1000  # default",
                        "share-links = true  # default",
                        "bootstrap-write-key = (not set)  # default",
                        "bootstrap-admin-password = (not set)  # default",
                        "bootstrap-api-token = (not set)  # default");
    }

    @Test
    void load_laterSourcesWin() throws IOException {
        Path file = Files.writeString(
                folder.resolve("tapedeck.yaml"),
                "http-port: 1\nbind: 127.0.0.1\nsettle-after: 30s\ningest-paths: [/a, /b/c]\n");

        Configuration configuration = Configuration.load(
                file,
                Map.of("TAPEDECK_HTTP_PORT", "2", "TAPEDECK_STORE_URL", "s3://bucket/prefix", "TAPEDECK_DEMO", "false"),
                Map.of("http-port", "3"));

        assertThat(configuration.get(Settings.HTTP_PORT)).isEqualTo(3);
        assertThat(configuration.get(Settings.BIND)).isEqualTo("127.0.0.1");
        assertThat(configuration.get(Settings.SETTLE_AFTER)).isEqualTo(Duration.ofSeconds(30));
        assertThat(configuration.get(Settings.INGEST_PATHS)).isEqualTo(List.of("/a", "/b/c"));
        assertThat(configuration.get(Settings.STORE_URL)).isEqualTo(URI.create("s3://bucket/prefix"));
        assertThat(configuration.get(Settings.DEMO)).isFalse();
        assertThat(configuration.describe())
                .contains("http-port = 3  # --http-port", "bind = 127.0.0.1  # " + file + ": bind");
    }

    @Test
    void load_reportsAllProblemsAtOnce_withASuggestionAndWithoutSecrets() throws IOException {
        Path file = Files.writeString(folder.resolve("tapedeck.yaml"), "htp-port: 80\n");

        assertThatThrownBy(() -> Configuration.load(
                        file,
                        Map.of("TAPEDECK_SETTLE_AFTER", "soon", "TAPEDECK_BOOTSTRAP_API_TOKEN", "short&secret"),
                        Map.of("ack", "never")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("htp-port: there is no such setting; did you mean http-port?")
                .hasMessageContaining("TAPEDECK_SETTLE_AFTER: must be a duration such as 250ms, 30s, 5m, 12h or 30d")
                .hasMessageContaining("TAPEDECK_BOOTSTRAP_API_TOKEN: must be 16 to 200 characters")
                .hasMessageContaining("--ack: must be one of journaled, stored")
                .hasMessageNotContaining("short&secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "recorder,nothing"})
    void load_rolesThatAreNone_areRefused(String roles) {
        assertThatThrownBy(() -> Configuration.load(null, Map.of("TAPEDECK_ROLES", roles), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("TAPEDECK_ROLES: must be one or more of recorder, playback, upkeep");
    }

    @ParameterizedTest
    @CsvSource({
        "TAPEDECK_STORE_URL, file:objects, must be of the form file:/folder or s3://bucket/prefix",
        "TAPEDECK_STORE_URL, s3:bucket, must be of the form file:/folder or s3://bucket/prefix",
        "TAPEDECK_STORE_URL, s3://b, must be of the form file:/folder or s3://bucket/prefix",
        "TAPEDECK_TRUSTED_PROXIES, 10.0.0.0/99, must be addresses or networks such as 10.0.0.0/8",
        "TAPEDECK_JOURNAL_BYTES_MAX, 0B, must be more than 0",
        "TAPEDECK_BODY_BYTES_MAX, 1GB, must be less than 1GB",
        "TAPEDECK_INFLATED_BYTES_MAX, 4GB, must be less than 1GB"
    })
    void load_valueThatTheServerCannotWorkWith_isRefusedByItsName(String variable, String value, String why) {
        assertThatThrownBy(() -> Configuration.load(null, Map.of(variable, value), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(variable + ": " + why);
    }

    @ParameterizedTest
    @CsvSource({
        "TAPEDECK_BODY_BYTES_MAX, 200MB, inflated-bytes-max must not be less than body-bytes-max",
        "TAPEDECK_INFLIGHT_BYTES_MAX, 10MB, inflight-bytes-max must not be less than body-bytes-max",
        "TAPEDECK_S3_ACCESS_KEY, AKIA, 's3-access-key and s3-secret-key belong together, and s3-secret-key is not set'",
        "TAPEDECK_S3_SECRET_KEY, x, 's3-access-key and s3-secret-key belong together, and s3-access-key is not set'",
        "TAPEDECK_BACKUP_S3_ACCESS_KEY, AKIA, 'backup-s3-access-key and backup-s3-secret-key belong together, and"
                + " backup-s3-secret-key is not set'"
    })
    void load_valuesThatDoNotGoTogether_areRefused(String variable, String value, String why) {
        assertThatThrownBy(() -> Configuration.load(null, Map.of(variable, value), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(why);
    }

    @Test
    void requireRoomForUploads_whereTheLargestFindsNone_namesTheSetting_forWhoTakesUploads() {
        Map<String, String> large = Map.of("TAPEDECK_BODY_BYTES_MAX", "100MB");
        Configuration taking = Configuration.load(null, large, Map.of());

        assertThatThrownBy(() -> taking.requireRoomForUploads(64L << 20))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("body-bytes-max must not be more than 64MB")
                .hasMessageContaining("-Xmx");

        taking.requireRoomForUploads(100L << 20);
        Configuration.load(null, large, Map.of("inflight-bytes-max", "100MB")).requireRoomForUploads(64L << 20);
        Configuration.load(null, large, Map.of("roles", "playback")).requireRoomForUploads(64L << 20);
    }

    @Test
    void load_aNameWithoutAValue_isAsIfItWereNotThere() throws IOException {
        Path file = Files.writeString(
                folder.resolve("tapedeck.yaml"),
                "public-url:\ncatalog-user: ~\ncatalog-password-file:\nhttp-port:\ningest-paths: [/a, ]\n");

        Configuration configuration =
                Configuration.load(file, Map.of("TAPEDECK_CATALOG_PASSWORD", "hunter2"), Map.of());

        assertThat(configuration.get(Settings.PUBLIC_URL)).isNull();
        assertThat(configuration.get(Settings.CATALOG_USER)).isNull();
        assertThat(configuration.get(Settings.CATALOG_PASSWORD)).isEqualTo("hunter2");
        assertThat(configuration.get(Settings.HTTP_PORT)).isEqualTo(8080);
        assertThat(configuration.get(Settings.INGEST_PATHS)).containsExactly("/a");
        assertThatThrownBy(() -> Configuration.load(
                        Files.writeString(folder.resolve("wrong.yaml"), "htp-port:\n"), Map.of(), Map.of()))
                .hasMessageContaining("htp-port: there is no such setting");
    }

    @Test
    void load_aSecretInBothSpellings_isRefusedWithinOneSource_andTheLaterSourceWins() throws IOException {
        String secret = Files.writeString(folder.resolve("secret"), "hunter3").toString();

        assertThatThrownBy(() -> Configuration.load(
                        null,
                        Map.of("TAPEDECK_CATALOG_PASSWORD", "hunter2", "TAPEDECK_CATALOG_PASSWORD_FILE", secret),
                        Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("TAPEDECK_CATALOG_PASSWORD and TAPEDECK_CATALOG_PASSWORD_FILE are both set;"
                        + " take one of them away");
        assertThatThrownBy(() -> Configuration.load(
                        null, Map.of(), Map.of("catalog-password-file", secret, "catalog-password", "hunter2")))
                .hasMessageContaining("--catalog-password and --catalog-password-file are both set");
        assertThat(Configuration.load(
                                null,
                                Map.of("TAPEDECK_CATALOG_PASSWORD", "hunter2"),
                                Map.of("catalog-password-file", secret))
                        .get(Settings.CATALOG_PASSWORD))
                .isEqualTo("hunter3");
    }

    @Test
    void load_tracing_isAnAddressAndAShare_andNoneIfEmpty() {
        Configuration configuration = Configuration.load(
                null,
                Map.of("TAPEDECK_TRACE_ENDPOINT", "https://otel.example:4318/in", "TAPEDECK_TRACE_RATIO", "1"),
                Map.of());

        assertThat(configuration.get(Settings.TRACE_ENDPOINT)).isEqualTo(URI.create("https://otel.example:4318/in"));
        assertThat(configuration.get(Settings.TRACE_RATIO)).isEqualTo(1);
        assertThat(Configuration.load(null, Map.of("TAPEDECK_TRACE_ENDPOINT", ""), Map.of())
                        .get(Settings.TRACE_ENDPOINT))
                .isNull();
        assertThatThrownBy(() -> Configuration.load(
                        null,
                        Map.of("TAPEDECK_TRACE_ENDPOINT", "http:collector", "TAPEDECK_TRACE_RATIO", "1.5"),
                        Map.of()))
                .hasMessageContaining("TAPEDECK_TRACE_ENDPOINT: must be an address such as http://collector:4318")
                .hasMessageContaining("TAPEDECK_TRACE_RATIO: must be a number from 0 to 1");
    }

    @Test
    void load_traceHeaders_areNamesAndPercentEncodedValues() {
        assertThat(traceHeaders("Authorization=Basic%20YTpi+w==, x-tenant=a%2Cb,,"))
                .containsExactly(Map.entry("Authorization", "Basic YTpi+w=="), Map.entry("x-tenant", "a,b"));
        assertThat(traceHeaders("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2",
                "=hunter2",
                "a b=hunter2",
                "a=hunter2%0d%0ab: c",
                "a=hunter2%",
                "a=hunter2é",
                "Host=hunter2",
                "content-type=hunter2",
                "a=1,a=hunter2"
            })
    void load_otherTraceHeaders_areRefused_andNotQuoted(String text) {
        assertThatThrownBy(() -> traceHeaders(text))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("TAPEDECK_TRACE_HEADERS: must ")
                .hasMessageNotContaining("hunter2");
    }

    private static Map<String, String> traceHeaders(String text) {
        return Configuration.load(null, Map.of("TAPEDECK_TRACE_HEADERS", text), Map.of())
                .get(Settings.TRACE_HEADERS);
    }

    @Test
    void load_secretFromAFile_isReadAndNeverPrinted() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "hunter2hunter2\n");

        Configuration configuration =
                Configuration.load(null, Map.of("TAPEDECK_CATALOG_PASSWORD_FILE", secret.toString()), Map.of());

        assertThat(configuration.get(Settings.CATALOG_PASSWORD)).isEqualTo("hunter2hunter2");
        assertThat(String.join("\n", configuration.describe()))
                .contains("catalog-password = ***  # TAPEDECK_CATALOG_PASSWORD_FILE")
                .doesNotContain("hunter2");
    }

    @Test
    void describe_showsNoPasswordWithinAnAddress() {
        Configuration configuration = Configuration.load(
                null,
                Map.of(
                        "TAPEDECK_CATALOG_URL",
                        "jdbc:postgresql://db.example/tapedeck?user=td&password=hunt@r2&sslmode=require&sslpassword=hunter3",
                        "TAPEDECK_S3_ENDPOINT",
                        "https://td:hunter4@s3.example:9000/",
                        "TAPEDECK_PUBLIC_URL",
                        "https://td.example:8443/a@b"),
                Map.of());

        assertThat(configuration.describe())
                .contains(
                        "catalog-url = jdbc:postgresql://db.example/tapedeck?user=td&password=***&sslmode=require&sslpassword=***"
                                + "  # TAPEDECK_CATALOG_URL",
                        "s3-endpoint = https://td:***@s3.example:9000/  # TAPEDECK_S3_ENDPOINT",
                        "public-url = https://td.example:8443/a@b  # TAPEDECK_PUBLIC_URL");
    }

    @Test
    void load_fileFormOfAPlainSetting_isRefused() {
        assertThatThrownBy(() -> Configuration.load(null, Map.of("TAPEDECK_HTTP_PORT_FILE", "/x"), Map.of()))
                .hasMessageContaining("TAPEDECK_HTTP_PORT_FILE: there is no such setting");
    }

    @Test
    void load_variablesThatKubernetesSetsForAServiceNamedTapedeck_areIgnored() {
        Configuration configuration = Configuration.load(
                null,
                Map.of(
                        "TAPEDECK_PORT", "tcp://10.0.0.1:8080",
                        "TAPEDECK_SERVICE_HOST", "10.0.0.1",
                        "TAPEDECK_SERVICE_PORT", "8080",
                        "TAPEDECK_SERVICE_PORT_HTTP", "8080",
                        "TAPEDECK_PORT_8080_TCP", "tcp://10.0.0.1:8080",
                        "TAPEDECK_PORT_8080_TCP_ADDR", "10.0.0.1"),
                Map.of());

        assertThat(configuration.get(Settings.HTTP_PORT)).isEqualTo(8080);
    }

    @Test
    void everySetting_saysWhatItIs() {
        assertThat(Settings.all())
                .allSatisfy(setting -> assertThat(setting.description()).endsWith("."));
    }
}
