package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPInputStream;

/** As much of a server as the program talks to, which keeps its promises or breaks one. */
final class FakeTapedeck implements AutoCloseable {
    /** What it does wrong. */
    enum Flaw {
        NONE,
        LOSES_A_CHUNK,
        STORES_REPEATS,
        ALTERS_AN_EVENT,
        REFUSES_AT_FIRST,
        /** Refuses every chunk and says to come back in a day. */
        REFUSES_FOR_A_DAY,
        /** Answers no upload until it is told to. */
        HOLDS_UPLOADS,
        /** The first replay of a session has an event twice. */
        DOUBLES_AN_EVENT_AT_FIRST,
        /** Replays have the events of a chunk the wrong way round. */
        TURNS_REPLAYS_ROUND,
        /** The same while a session is recorded, which never ends. */
        TURNS_LIVE_REPLAYS_ROUND,
        /** A replay takes longer than it may. */
        READS_SLOWLY,
        CUTS_FRAMES_SHORT,
        MIXES_WINDOWS_UP,
        REFUSES_VIEWERS_WITHOUT_A_TIME,
        FAILS_VIEWERS,
        REFUSES_VIEWERS_FOR_GOOD,
        /** Sessions that it lists are not there when their events are asked for. */
        HIDES_SESSIONS_FROM_VIEWERS,
        /** The session whose events are asked for first is gone from then on, and not listed either. */
        ERASES_A_SESSION,
        /** Manifests are empty. */
        SHOWS_VIEWERS_NO_FRAMES,
        REFUSES_VIEWERS_AT_FIRST,
        CHANGES_MEANWHILE,
        LEAKS,
        EXPORTS_NO_THREADS,
        /** Its metrics can be read a few times only. */
        STOPS_EXPORTING,
        /** A live stream ends after each change. */
        CUTS_LIVE_STREAMS,
        /** A live stream does not say what was added. */
        TELLS_REVS_ONLY,
        /** A live stream does not tell of a session's third chunk. */
        LEAVES_A_CHUNK_OUT_LIVE,
        /** A live stream tells of each chunk twice. */
        TELLS_CHUNKS_TWICE,
        /** Frames have their events the wrong way round. */
        TURNS_FRAMES_ROUND,
        REFUSES_LIVE_VIEWERS_WITHOUT_A_TIME
    }

    private static final int SCRAPES_MAX = 12;
    static final Duration SLOW_READ = Duration.ofMillis(1_500);

    private final ObjectMapper json = new ObjectMapper();
    /** Chunks in the order in which they came: a session's rev is how many there are. */
    private final Map<String, Map<String, List<String>>> chunksBySession = new ConcurrentHashMap<>();
    /** Sessions whose last chunk is there. */
    private final Set<String> whole = ConcurrentHashMap.newKeySet();

    /** Sessions of which all was read at once. */
    private final Set<String> replayed = ConcurrentHashMap.newKeySet();

    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger scrapes = new AtomicInteger();
    private final HttpServer server;
    private final FakeLive live;
    private final Flaw flaw;

    FakeTapedeck(Flaw flaw) throws IOException {
        this.flaw = flaw;
        live = new FakeLive(flaw, this::manifest);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/base/ingest/v1/chunks", this::ingest);
        server.createContext("/base/api/v1/projects/default/sessions", this::read);
        server.createContext("/base/metrics", this::metrics);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/base");
    }

    @Override
    public void close() {
        release();
        live.close();
        server.stop(0);
    }

    private void ingest(HttpExchange exchange) throws IOException {
        JsonNode chunk = json.readTree(new GZIPInputStream(exchange.getRequestBody()));
        int number = requests.incrementAndGet();
        if (flaw == Flaw.HOLDS_UPLOADS) {
            awaitRelease();
        }
        if (flaw == Flaw.REFUSES_AT_FIRST && number <= 3) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            answer(exchange, 503, "");
            return;
        }
        if (flaw == Flaw.REFUSES_FOR_A_DAY) {
            exchange.getResponseHeaders().set("Retry-After", "86400");
            answer(exchange, 503, "");
            return;
        }
        if (!exchange.getRequestURI().getQuery().equals("key=pk_test")) {
            answer(exchange, 401, "");
            return;
        }
        if (flaw != Flaw.LOSES_A_CHUNK || number != 2) {
            store(chunk, number);
        }
        answer(exchange, 200, "{\"status\":\"ok\"}");
    }

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets uploads be answered that were held. */
    void release() {
        released.countDown();
    }

    /** How many uploads have come. */
    int uploads() {
        return requests.get();
    }

    private void store(JsonNode chunk, int number) {
        List<String> lines = new ArrayList<>();
        for (JsonNode event : chunk.path("events")) {
            ObjectNode line =
                    json.createObjectNode().put("w", chunk.path("window").asText());
            line.setAll((ObjectNode) event);
            if (flaw == Flaw.ALTERS_AN_EVENT && number == 2 && lines.isEmpty()) {
                line.put("type", 99);
            }
            lines.add(line.toString());
        }
        String id = chunk.path("seq").asText() + (flaw == Flaw.STORES_REPEATS ? "-" + number : "");
        chunksBySession
                .computeIfAbsent(
                        chunk.path("session").asText(), session -> Collections.synchronizedMap(new LinkedHashMap<>()))
                .put(id, lines);
        if (chunk.path("final").asBoolean() && flaw != Flaw.TURNS_LIVE_REPLAYS_ROUND) {
            whole.add(chunk.path("session").asText());
        }
        live.changed();
    }

    private void read(HttpExchange exchange) throws IOException {
        if (!"Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, "");
            return;
        }
        String[] path = exchange.getRequestURI().getPath().split("/");
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        boolean byFrames = query.contains("frames=");
        if (byFrames && refused(exchange, path[7])) {
            return;
        }
        if (path.length == 7) {
            answer(exchange, 200, list().toString());
            return;
        }
        Map<String, List<String>> chunks = chunksBySession.get(path[7]);
        if (chunks == null) {
            answer(exchange, 404, "");
        } else if (path.length == 8) {
            answer(exchange, 200, manifest(path[7], chunks).toString());
        } else if (path[8].equals("live")) {
            live.answer(exchange, path[7], chunks);
        } else if (path[8].equals("markers")) {
            answer(exchange, 200, "{\"rev\":1,\"markers\":[]}");
        } else {
            answer(exchange, 200, byFrames ? frames(query, chunks) : replay(path[7], chunks));
        }
    }

    private String replay(String session, Map<String, List<String>> chunks) {
        Map<String, List<String>> now = copy(chunks);
        List<List<String>> inOrder = new ArrayList<>();
        for (String id : inOrder(now)) {
            List<String> events = new ArrayList<>(now.get(id));
            if (flaw == Flaw.TURNS_REPLAYS_ROUND || flaw == Flaw.TURNS_LIVE_REPLAYS_ROUND) {
                Collections.reverse(events);
            }
            inOrder.add(events);
        }
        String lines = lines(inOrder);
        if (flaw == Flaw.READS_SLOWLY) {
            LockSupport.parkNanos(SLOW_READ.toNanos());
        }
        boolean first = replayed.add(session);
        return flaw == Flaw.DOUBLES_AN_EVENT_AT_FIRST && first
                ? lines.substring(0, lines.indexOf('\n') + 1) + lines
                : lines;
    }

    /** Whether a question for frames has been answered already, in a way that its flaw asks for. */
    private boolean refused(HttpExchange exchange, String session) throws IOException {
        int number = reads.incrementAndGet();
        switch (flaw) {
            case REFUSES_VIEWERS_WITHOUT_A_TIME -> answer(exchange, 503, "");
            case FAILS_VIEWERS -> answer(exchange, 500, "");
            case REFUSES_VIEWERS_FOR_GOOD -> answer(exchange, 403, "");
            case HIDES_SESSIONS_FROM_VIEWERS -> answer(exchange, 404, "");
            case ERASES_A_SESSION -> {
                if (number > 1) {
                    return false;
                }
                chunksBySession.remove(session);
                answer(exchange, 404, "");
            }
            case REFUSES_VIEWERS_AT_FIRST -> {
                if (number > 2) {
                    return false;
                }
                exchange.getResponseHeaders().set("Retry-After", "1");
                answer(exchange, 503, "");
            }
            case CHANGES_MEANWHILE -> {
                if (number > 2) {
                    return false;
                }
                answer(exchange, 409, "");
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private ObjectNode list() {
        ObjectNode page = json.createObjectNode();
        page.putNull("nextCursor");
        chunksBySession
                .keySet()
                .forEach(id -> page.withArray("sessions").addObject().put("id", id));
        return page;
    }

    /** Each chunk is a frame. */
    private ObjectNode manifest(String session, Map<String, List<String>> chunks) {
        Map<String, List<String>> now = copy(chunks);
        ObjectNode manifest = json.createObjectNode().put("rev", now.size());
        manifest.putObject("session").put("id", session).put("phase", whole.contains(session) ? "settled" : "live");
        manifest.putArray("windows");
        manifest.putArray("frames");
        if (now.isEmpty() || flaw == Flaw.SHOWS_VIEWERS_NO_FRAMES) {
            return manifest;
        }
        String window = event(now.values().iterator().next()).path("w").asText();
        manifest.withArray("windows")
                .addObject()
                .put("id", window)
                .put("firstAt", 0)
                .put("lastAt", now.size());
        for (String id : inOrder(now)) {
            ObjectNode frame = manifest.withArray("frames").addObject();
            frame.put("id", id)
                    .put("window", window)
                    .put("firstAt", event(now.get(id)).path("timestamp").asLong())
                    .put("events", now.get(id).size());
            frame.put("bytes", 1_000).put("bytesRaw", 1_000);
            frame.withArray("fullSnapshots").add(0);
        }
        return manifest;
    }

    private static List<String> inOrder(Map<String, List<String>> chunks) {
        List<String> ids = new ArrayList<>(chunks.keySet());
        ids.sort(Comparator.comparingInt(id -> Integer.parseInt(id.replaceAll("\\D.*", ""))));
        return ids;
    }

    static Map<String, List<String>> copy(Map<String, List<String>> chunks) {
        synchronized (chunks) {
            return new LinkedHashMap<>(chunks);
        }
    }

    private JsonNode event(List<String> lines) {
        try {
            return json.readTree(lines.get(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String frames(String query, Map<String, List<String>> chunks) {
        List<List<String>> frames = new ArrayList<>();
        for (String id : query.replaceAll(".*frames=", "").split(",")) {
            List<String> lines = new ArrayList<>(chunks.get(id.replace(FakeLive.SECOND, "")));
            if (flaw == Flaw.CUTS_FRAMES_SHORT) {
                lines.remove(lines.size() - 1);
            } else if (flaw == Flaw.TURNS_FRAMES_ROUND) {
                Collections.reverse(lines);
            }
            frames.add(lines);
        }
        String body = lines(frames);
        return flaw == Flaw.MIXES_WINDOWS_UP ? body.replace("{\"w\":\"load", "{\"w\":\"other") : body;
    }

    private static String lines(Iterable<List<String>> chunks) {
        StringBuilder body = new StringBuilder();
        chunks.forEach(lines -> lines.forEach(line -> body.append(line).append('\n')));
        return body.toString();
    }

    private void metrics(HttpExchange exchange) throws IOException {
        int number = scrapes.incrementAndGet();
        if (flaw == Flaw.STOPS_EXPORTING && number > SCRAPES_MAX) {
            answer(exchange, 503, "");
            return;
        }
        long resident = 200_000_000L + (flaw == Flaw.LEAKS ? number * 50_000_000L : 0);
        answer(
                exchange,
                200,
                "# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes " + resident
                        + "\nprocess_cpu_time_ns_total " + number + "5E8\nprocess_files_open_files 40\n"
                        + (flaw == Flaw.EXPORTS_NO_THREADS ? "" : "jvm_threads_live_threads 30\n")
                        + "tapedeck_ingest_inflated_bytes_total " + number + "000000\n"
                        + "jvm_memory_used_bytes{area=\"heap\",id=\"G1 Old Gen\"} 1.0E7\n");
    }

    static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }
}
