package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.tapedeck.loadtest.FakeTapedeck.Flaw;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** The live streams of {@link FakeTapedeck}. */
final class FakeLive implements AutoCloseable {
    /** At the end of the id of a frame that has a chunk once more. */
    static final String SECOND = "-second";

    private static final int BEAT_MS = 100;

    private final ObjectMapper json = new ObjectMapper();
    private final Flaw flaw;
    private final BiFunction<String, Map<String, List<String>>, ObjectNode> manifests;
    private boolean closed;
    private long changes;

    /** @param manifests makes a session's manifest of its id and its chunks */
    FakeLive(Flaw flaw, BiFunction<String, Map<String, List<String>>, ObjectNode> manifests) {
        this.flaw = flaw;
        this.manifests = manifests;
    }

    /** There may be something to tell. */
    synchronized void changed() {
        changes++;
        notifyAll();
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Tells of all that comes, to the end of the session. */
    void answer(HttpExchange exchange, String session, Map<String, List<String>> chunks) throws IOException {
        if (flaw == Flaw.REFUSES_LIVE_VIEWERS_WITHOUT_A_TIME) {
            FakeTapedeck.answer(exchange, 503, "");
            return;
        }
        int since = Integer.parseInt(exchange.getRequestURI().getQuery().replace("since=", ""));
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            tell(exchange.getResponseBody(), session, chunks, since);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(OutputStream out, String session, Map<String, List<String>> chunks, int since)
            throws IOException, InterruptedException {
        send(out, "retry: 2000");
        int told = since;
        while (!isClosed()) {
            long seen = changes();
            ObjectNode manifest = manifests.apply(session, chunks);
            int rev = manifest.path("rev").asInt();
            if (rev > told) {
                send(out, "event: change", "id: " + rev, "data: " + change(manifest, chunks, told));
                told = rev;
                if (flaw == Flaw.CUTS_LIVE_STREAMS) {
                    return;
                }
            } else if (manifest.at("/session/phase").asText().equals("settled")) {
                send(out, "event: end", "id: " + rev, "data: {\"reason\":\"settled\"}");
                return;
            } else {
                send(out, "event: beat", "data: {}");
                awaitChange(seen);
            }
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized long changes() {
        return changes;
    }

    /** Returns when there is another change, or after a while. */
    private synchronized void awaitChange(long seen) throws InterruptedException {
        long deadline = System.nanoTime() + BEAT_MS * 1_000_000L;
        long leftMs = BEAT_MS;
        while (!closed && changes == seen && leftMs > 0) {
            wait(leftMs);
            leftMs = (deadline - System.nanoTime()) / 1_000_000;
        }
    }

    /** What was added, if that follows what was there before. */
    private ObjectNode change(ObjectNode manifest, Map<String, List<String>> chunks, int since) {
        int rev = manifest.path("rev").asInt();
        ObjectNode change = json.createObjectNode().put("rev", rev);
        Set<String> before =
                new HashSet<>(List.copyOf(FakeTapedeck.copy(chunks).keySet()).subList(0, since));
        List<JsonNode> added = new ArrayList<>();
        boolean follow = true;
        for (JsonNode frame : manifest.path("frames")) {
            boolean isNew = !before.contains(frame.path("id").asText());
            follow &= isNew || added.isEmpty();
            if (isNew) {
                added.add(frame);
            }
        }
        if (!follow || flaw == Flaw.TELLS_REVS_ONLY) {
            change.putNull("since");
            change.putNull("grown");
            return change;
        }
        ArrayNode frames = manifest.putArray("frames");
        for (JsonNode frame : added) {
            if (flaw != Flaw.LEAVES_A_CHUNK_OUT_LIVE
                    || !frame.path("id").asText().equals("2")) {
                frames.add(frame);
            }
            if (flaw == Flaw.TELLS_CHUNKS_TWICE) {
                ObjectNode again = frame.deepCopy();
                frames.add(again.put("id", frame.path("id").asText() + SECOND));
            }
        }
        change.put("since", since);
        change.set("grown", manifest);
        return change;
    }

    private static void send(OutputStream out, String... lines) throws IOException {
        out.write((String.join("\n", lines) + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
