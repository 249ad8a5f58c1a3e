package io.tapedeck.server.config;

import static io.tapedeck.server.config.Parsers.bool;
import static io.tapedeck.server.config.Parsers.bytes;
import static io.tapedeck.server.config.Parsers.duration;
import static io.tapedeck.server.config.Parsers.integer;
import static io.tapedeck.server.config.Parsers.list;
import static io.tapedeck.server.config.Parsers.oneOf;
import static io.tapedeck.server.config.Parsers.some;
import static io.tapedeck.server.config.Parsers.text;
import static io.tapedeck.server.config.Parsers.url;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Every setting there is. The order is that in which {@code tapedeck config} prints them. */
public final class Settings {
    private static final List<Setting<?>> ALL = new ArrayList<>();

    public static final Setting<Integer> HTTP_PORT = add(
            "http-port",
            "Port for recorders, the web app and the API; 0 takes a free one.",
            "8080",
            integer(0, 65_535));
    public static final Setting<String> BIND = add("bind", "Address to listen on.", "0.0.0.0", text());
    public static final Setting<Integer> INTERNAL_PORT = add(
            "internal-port",
            "Port for health and metrics alone, without a token; if not set they are on the public port.",
            null,
            integer(0, 65_535));
    public static final Setting<URI> PUBLIC_URL = add(
            "public-url",
            "The address browsers use, which may hold a path; if not set it follows from each request.",
            null,
            url("http", "https"));
    public static final Setting<List<String>> INGEST_PATHS = add(
            "ingest-paths",
            "More path prefixes, such as /a, under which recorders find scripts and ingest, comma-separated.",
            "",
            list("(/[A-Za-z0-9._~-]{1,40}){1,5}", "paths such as /a or /a/b"));
    public static final Setting<List<String>> TRUSTED_PROXIES = add(
            "trusted-proxies",
            "Networks in CIDR form whose Forwarded and X-Forwarded-* headers are believed, comma-separated.",
            "",
            Parsers.proxies());
    public static final Setting<String> LOG_FORMAT = add(
            "log-format",
            "How log lines on standard error look: text, or json (one object a line).",
            "text",
            oneOf("text", "json"));
    public static final Setting<Boolean> ACCESS_LOG = add(
            "access-log",
            "Whether each request is a log line: method, route, status, time and request id, nothing of who or what.",
            "false",
            bool());
    public static final Setting<URI> TRACE_ENDPOINT = add(
            "trace-endpoint",
            "Address of a collector that takes OTLP over HTTP, such as http://collector:4318; if not set, there are no traces.",
            null,
            Parsers.collector());
    public static final Setting<Double> TRACE_RATIO = add(
            "trace-ratio",
            "Share of requests, flushes and settlings that are recorded, 0 to 1; see docs/operations.md.",
            "0.01",
            Parsers.share());
    public static final Setting<Map<String, String>> TRACE_HEADERS = secret(
            "trace-headers",
            "Headers for the collector, such as credentials: name=value, comma-separated, values percent-encoded.",
            HeadersParser::parse);
    public static final Setting<Boolean> DEMO =
            add("demo", "Whether /demo serves a page that records itself.", "true", bool());

    public static final Setting<List<String>> ROLES = add(
            "roles",
            "What this process does: recorder, playback, upkeep, comma-separated; several processes need S3 and PostgreSQL.",
            "recorder,playback,upkeep",
            some("recorder|playback|upkeep", "one or more of recorder, playback, upkeep"));
    public static final Setting<Path> DATA_DIR = add(
            "data-dir",
            "Folder of the journal and, by default, of catalog and objects; one process at a time.",
            "data",
            text -> Path.of(text().parse(text)));
    public static final Setting<String> ACK = add(
            "ack",
            "When a chunk is acknowledged: journaled (on this disk) or stored (in object store and catalog).",
            "journaled",
            oneOf("journaled", "stored"));
    public static final Setting<URI> STORE_URL = add(
            "store-url",
            "Where objects go: file:/folder or s3://bucket/prefix; if not set, the folder objects in data-dir.",
            null,
            Parsers.store());
    public static final Setting<URI> S3_ENDPOINT =
            add("s3-endpoint", "Address of an S3-compatible server; AWS if not set.", null, url("http", "https"));
    public static final Setting<String> S3_REGION = add("s3-region", "Region of the bucket.", "us-east-1", text());
    public static final Setting<String> S3_ACCESS_KEY =
            secret("s3-access-key", "Access key id; if not set, the AWS default chain of credentials is used.", text());
    public static final Setting<String> S3_SECRET_KEY =
            secret("s3-secret-key", "Secret access key that belongs to s3-access-key.", text());
    public static final Setting<Boolean> S3_PATH_STYLE = add(
            "s3-path-style",
            "Whether the bucket is named in the path (true) or the host (false); true if s3-endpoint is set.",
            null,
            bool());
    public static final Setting<List<byte[]>> ENCRYPTION_KEY = secret(
            "encryption-key",
            "Encrypts objects at rest: a key of 32 bytes in Base64; behind it, comma-separated, those that it replaces.",
            Parsers.keys());
    public static final Setting<URI> BACKUP_S3_ENDPOINT = add(
            "backup-s3-endpoint",
            "Address of the S3-compatible server that holds backups; that of s3-endpoint if not set.",
            null,
            url("http", "https"));
    public static final Setting<String> BACKUP_S3_REGION =
            add("backup-s3-region", "Region of the backups' bucket; that of s3-region if not set.", null, text());
    public static final Setting<String> BACKUP_S3_ACCESS_KEY = secret(
            "backup-s3-access-key", "Access key id for the backups' bucket; that of s3-access-key if not set.", text());
    public static final Setting<String> BACKUP_S3_SECRET_KEY =
            secret("backup-s3-secret-key", "Secret access key that belongs to backup-s3-access-key.", text());
    public static final Setting<String> CATALOG_URL = add(
            "catalog-url",
            "Database of the catalog, jdbc:sqlite:FILE or jdbc:postgresql:…; if not set, catalog.db in data-dir.",
            null,
            Parsers.matching("jdbc:(sqlite|postgresql):.+", "a jdbc:sqlite: or jdbc:postgresql: address"));
    public static final Setting<String> CATALOG_USER =
            add("catalog-user", "User of a PostgreSQL catalog, if the address does not hold it.", null, text());
    public static final Setting<String> CATALOG_PASSWORD =
            secret("catalog-password", "Password of catalog-user.", text());
    public static final Setting<Long> JOURNAL_BYTES_MAX = add(
            "journal-bytes-max",
            "Most that the journal may take on disk, such as 10GB; then chunks are refused with 503.",
            "10GB",
            bytes());
    public static final Setting<Duration> SETTLE_AFTER = add(
            "settle-after",
            "Silence after which a session is settled, such as 5m; at most 30s after an explicit end.",
            "5m",
            duration());
    public static final Setting<Integer> SETTLE_LEVEL = add(
            "settle-level",
            "Compression of recordings, 1 (quick) to 19 (small); see docs/benchmarks.md.",
            "9",
            integer(1, 19));
    public static final Setting<Integer> SETTLE_THREADS = add(
            "settle-threads",
            "Sessions settled at once, 1 to 8. If not set, 1 with a folder; with S3 one for each 256 MB of heap, at most 4.",
            null,
            integer(1, 8));
    public static final Setting<Integer> SEGMENT_LEVEL = add(
            "segment-level",
            "Compression of what waits to be settled, in journal and segments, 1 (quick) to 19 (small).",
            "1",
            integer(1, 19));
    public static final Setting<Duration> GC_GRACE =
            add("gc-grace", "How long a replaced object stays for readers under way, such as 10m.", "10m", duration());

    public static final Setting<Long> BODY_BYTES_MAX =
            add("body-bytes-max", "Largest upload on the wire, such as 25MB.", "25MB", Parsers.bodyBytes());
    public static final Setting<Long> INFLATED_BYTES_MAX =
            add("inflated-bytes-max", "Largest upload when decompressed, such as 100MB.", "100MB", Parsers.bodyBytes());
    public static final Setting<Long> INFLIGHT_BYTES_MAX = add(
            "inflight-bytes-max",
            "Most memory for uploads being worked on at once, such as 256MB; then 503. If not set, half the heap.",
            null,
            bytes());

    public static final Setting<Integer> EVENT_STREAMS_MAX = add(
            "event-streams-max",
            "Answers with events under way at once; the next ones wait in line, at most 10s, then 503.",
            "64",
            integer(1, 10_000));
    public static final Setting<Integer> LIVE_VIEWERS_MAX = add(
            "live-viewers-max",
            "Most people at once who follow live sessions through this process; then 503.",
            "1000",
            integer(1, 100_000));

    public static final Setting<Boolean> SHARE_LINKS = add(
            "share-links",
            "Whether links to single sessions can be made for people without an account, and work.",
            "true",
            bool());

    public static final Setting<List<String>> BOOTSTRAP_WRITE_KEY = secret(
            "bootstrap-write-key",
            "Write keys that the project default must have, comma-separated; if not set, one is made.",
            list("[A-Za-z0-9_.-]{1,200}", "keys of 1 to 200 characters A-Za-z0-9_.-"));
    public static final Setting<String> BOOTSTRAP_ADMIN_PASSWORD = secret(
            "bootstrap-admin-password",
            "Password of the account admin when it is first made, 8 characters at least; if not set, one is made.",
            Parsers.matching("(?s).{8,200}", "8 to 200 characters"));
    public static final Setting<String> BOOTSTRAP_API_TOKEN = secret(
            "bootstrap-api-token",
            "An API token with the rights of an admin, 16 characters at least.",
            Parsers.matching("[A-Za-z0-9_.~+/=-]{16,200}", "16 to 200 characters A-Za-z0-9_.~+/=-"));

    private Settings() {}

    public static List<Setting<?>> all() {
        return Collections.unmodifiableList(ALL);
    }

    private static <T> Setting<T> add(String name, String description, String byDefault, Setting.Parser<T> parser) {
        Setting<T> setting = new Setting<>(name, description, byDefault, parser, false);
        ALL.add(setting);
        return setting;
    }

    private static <T> Setting<T> secret(String name, String description, Setting.Parser<T> parser) {
        Setting<T> setting = new Setting<>(name, description, null, parser, true);
        ALL.add(setting);
        return setting;
    }
}
