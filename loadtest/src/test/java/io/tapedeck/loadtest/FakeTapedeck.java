package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;

/** As much of a server as the program talks to, which keeps its promises or breaks one. */
final class FakeTapedeck implements AutoCloseable {
    /** What it does wrong. */
    enum Flaw {
        NONE,
        LOSES_A_CHUNK,
        STORES_REPEATS,
        ALTERS_AN_EVENT,
        REFUSES_AT_FIRST
    }

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, Map<String, List<String>>> chunksBySession = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final HttpServer server;
    private final Flaw flaw;

    FakeTapedeck(Flaw flaw) throws IOException {
        this.flaw = flaw;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext("/base/ingest/v1/chunks", this::ingest);
        server.createContext("/base/api/v1/projects/default/sessions/", this::events);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/base");
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void ingest(HttpExchange exchange) throws IOException {
        JsonNode chunk = json.readTree(new GZIPInputStream(exchange.getRequestBody()));
        int number = requests.incrementAndGet();
        if (flaw == Flaw.REFUSES_AT_FIRST && number <= 3) {
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
                .computeIfAbsent(chunk.path("session").asText(), session -> new ConcurrentHashMap<>())
                .put(id, lines);
    }

    private void events(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/");
        Map<String, List<String>> chunks = chunksBySession.get(path[path.length - 2]);
        boolean allowed = "Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
        if (!allowed || chunks == null) {
            answer(exchange, allowed ? 404 : 401, "");
            return;
        }
        StringBuilder body = new StringBuilder();
        chunks.values().forEach(lines -> lines.forEach(line -> body.append(line).append('\n')));
        answer(exchange, 200, body.toString());
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }
}
