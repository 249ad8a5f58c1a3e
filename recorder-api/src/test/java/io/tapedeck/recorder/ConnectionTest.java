package io.tapedeck.recorder;

import static io.tapedeck.recorder.Gateway.CHUNKS;
import static io.tapedeck.recorder.Gateway.bytes;
import static io.tapedeck.recorder.Gateway.code;
import static io.tapedeck.recorder.Gateway.envelope;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.ChunkAppender.Appended;
import io.tapedeck.store.Chunks;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that send too much, too slowly, too many at once, or go away: over raw sockets, with small bounds. */
class ConnectionTest {
    private static final int WIRE_BYTES_MAX = 100_000;
    private static final int IN_FLIGHT_BYTES_MAX = 300_000;
    private static final int REQUESTS_MAX = 4;
    private static final long PATIENCE_MS = 20_000;
    private static final long IMPATIENCE_MS = 400;
    private static final String GOOD_EVENT = "[{\"type\":0,\"data\":{\"a\":\"padding\"},\"timestamp\":1794116402000}]";
    private static final String GOOD = envelope("s", GOOD_EVENT);

    private static Gateway gateway;
    /** Gives up soon. */
    private static Gateway impatient;

    @BeforeAll
    static void start() {
        gateway = start(PATIENCE_MS);
        impatient = start(IMPATIENCE_MS);
    }

    private static Gateway start(long timeOutMs) {
        return Gateway.start(
                Gateway.settings(WIRE_BYTES_MAX, WIRE_BYTES_MAX, IN_FLIGHT_BYTES_MAX, REQUESTS_MAX, timeOutMs));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        impatient.close();
    }

    @AfterEach
    void nothingIsHeld() throws Exception {
        gateway.store.behave();
        gateway.assertSound();
        impatient.store.behave();
        impatient.assertNothingHeld();
    }

    @Test
    void body_declaredTooLong_isRefusedBeforeItComes() throws Exception {
        try (Socket socket = gateway.connect()) {
            send(socket, head("Content-Length: " + (WIRE_BYTES_MAX + 1)));

            assertThat(answer(socket)).contains("413", "TOO_LARGE").containsIgnoringCase("allow-credentials: true");
        }
    }

    @Test
    void body_declaredTooLongButSentAnyway_isAnsweredAndTheConnectionStaysUsable() throws Exception {
        try (Socket socket = gateway.connect()) {
            send(socket, head("Content-Length: " + (WIRE_BYTES_MAX + 1)));
            send(socket, "x".repeat(WIRE_BYTES_MAX + 1));
            assertThat(answer(socket)).contains("413", "TOO_LARGE");

            send(socket, head("Content-Length: " + GOOD.length()) + GOOD);
            assertThat(answer(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void body_declaredAbsurdly_isRefused() throws Exception {
        for (String length : new String[] {"99999999999999999999", "-1", "1e3", "ten"}) {
            try (Socket socket = gateway.connect()) {
                send(socket, head("Content-Length: " + length));
                assertThat(answer(socket)).containsAnyOf("HTTP/1.1 400", "HTTP/1.1 413");
            }
        }
    }

    @Test
    void body_inChunks_isTakenUpToTheLimit() throws Exception {
        try (Socket socket = gateway.connect()) {
            send(socket, head("Transfer-Encoding: chunked"));
            for (byte b : bytes(GOOD)) {
                send(socket, "1\r\n" + (char) b + "\r\n");
            }
            send(socket, "0\r\n\r\n");
            assertThat(answer(socket)).startsWith("HTTP/1.1 200");
        }
        try (Socket socket = gateway.connect()) {
            send(socket, head("Transfer-Encoding: chunked"));
            String piece = "3e8\r\n" + "x".repeat(1_000) + "\r\n";
            send(socket, piece.repeat(WIRE_BYTES_MAX / 1_000 + 1));
            assertThat(answer(socket)).contains("413", "TOO_LARGE");
        }
    }

    @Test
    void body_thatNeverEnds_losesItsConnection() throws Exception {
        try (Socket socket = gateway.connect()) {
            send(socket, head("Content-Length: 999999999"));
            byte[] megabyte = new byte[1 << 20];

            assertThat(countUntilRefused(socket, megabyte)).isLessThan(300);
        }
    }

    @Test
    void body_withBrokenChunks_isDropped() throws Exception {
        try (Socket socket = gateway.connect()) {
            send(socket, head("Transfer-Encoding: chunked") + "zz\r\nhello\r\n");
            assertThat(answer(socket)).doesNotContain("200 OK");
        }
    }

    @Test
    void body_thatStalls_timesOut() throws Exception {
        try (Socket socket = impatient.connect()) {
            send(socket, head("Content-Length: 1000") + "{\"session\"");

            assertThat(answer(socket)).contains("408", "REQUEST_TIMEOUT");
        }
    }

    @Test
    void body_thatDrips_timesOut() throws Exception {
        try (Socket socket = impatient.connect()) {
            send(socket, head("Content-Length: 100000"));
            InputStream in = socket.getInputStream();
            Awaitility.await()
                    .pollInterval(50, TimeUnit.MILLISECONDS)
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> {
                        send(socket, "x");
                        return in.available() > 0;
                    });

            assertThat(answer(socket)).contains("408", "REQUEST_TIMEOUT");
        }
    }

    @Test
    void client_goneInTheMiddleOfItsBody_leavesNothing() throws Exception {
        double before = gateway.outcomes("abandoned");
        try (Socket socket = gateway.connect()) {
            send(socket, head("Content-Length: 1000") + "{\"session\"");
            Awaitility.await().until(() -> gateway.inFlightBytes() > 0);
        }

        Awaitility.await().until(() -> gateway.outcomes("abandoned") == before + 1);
    }

    @Test
    void client_goneBeforeTheAnswer_isStillStored() throws Exception {
        CompletableFuture<Appended> slow = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        gateway.store.behave(chunk -> {
            asked.complete(null);
            return slow;
        });
        try (Socket socket = gateway.connect()) {
            send(socket, head("Content-Length: " + GOOD.length()) + GOOD);
            asked.get(10, TimeUnit.SECONDS);
        }
        double before = gateway.outcomes("stored");
        slow.complete(Appended.STORED);

        Awaitility.await().until(() -> gateway.outcomes("stored") == before + 1);
    }

    @Test
    void store_thatHangs_isAnsweredForAndKeepsItsMemory() throws Exception {
        CompletableFuture<Appended> hanging = new CompletableFuture<>();
        impatient.store.behave(chunk -> hanging);

        HttpResponse<String> answer = impatient.post(GOOD);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(code(answer)).isEqualTo("UNAVAILABLE");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(impatient.inFlightBytes())
                .as("the store still has the chunk")
                .isPositive();
        hanging.complete(Appended.STORED);
    }

    @Test
    void requests_beyondTheBound_areOverCapacity() throws Exception {
        CompletableFuture<Appended> slow = new CompletableFuture<>();
        gateway.store.behave(chunk -> slow);
        Socket[] sockets = new Socket[REQUESTS_MAX];
        for (int i = 0; i < sockets.length; i++) {
            sockets[i] = gateway.connect();
            send(sockets[i], head("Content-Length: 1000") + "{");
        }
        Awaitility.await().until(() -> gateway.inFlightRequests() == REQUESTS_MAX);

        HttpResponse<String> answer = gateway.post(GOOD, "Origin", "https://a.example");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(code(answer)).isEqualTo("OVER_CAPACITY");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("https://a.example");
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void bytes_beyondTheBound_areOverCapacity() throws Exception {
        try (Gateway small =
                Gateway.start(Gateway.settings(WIRE_BYTES_MAX, WIRE_BYTES_MAX, 4L * WIRE_BYTES_MAX, 100, 20_000))) {
            CompletableFuture<Appended> slow = new CompletableFuture<>();
            AtomicInteger atTheStore = new AtomicInteger();
            small.store.behave(chunk -> {
                atTheStore.incrementAndGet();
                return slow;
            });
            List<CompletableFuture<Integer>> statuses = new ArrayList<>();
            // One after the other: uploads that are read at the same time could all find too little left.
            while (small.outcomes("OVER_CAPACITY") == 0) {
                String large = envelope("s" + statuses.size(), GOOD_EVENT.replace("padding", Chunks.noise(60_000)));
                HttpRequest post = small.request(CHUNKS)
                        .POST(HttpRequest.BodyPublishers.ofString(large))
                        .build();
                statuses.add(small.client
                        .sendAsync(post, HttpResponse.BodyHandlers.ofString())
                        .thenApply(HttpResponse::statusCode));
                assertThat(statuses.size()).isLessThanOrEqualTo(10);
                Awaitility.await().until(() -> atTheStore.get() + small.outcomes("OVER_CAPACITY") == statuses.size());
            }
            assertThat(small.inFlightBytes()).isPositive().isLessThanOrEqualTo(4 * WIRE_BYTES_MAX);
            slow.complete(Appended.STORED);

            for (CompletableFuture<Integer> status : statuses.subList(0, statuses.size() - 1)) {
                assertThat(status.get(20, TimeUnit.SECONDS)).isEqualTo(200);
            }
            assertThat(statuses.get(statuses.size() - 1).get(20, TimeUnit.SECONDS))
                    .isEqualTo(503);
            small.store.behave();
            small.assertSound();
        }
    }

    @Test
    void requests_inOneWrite_areAnsweredInTurn() throws Exception {
        try (Socket socket = gateway.connect()) {
            String one = head("Content-Length: " + GOOD.length()) + GOOD;
            String refused = one.replace("key=pk_test", "key=pk_none");
            send(socket, one + refused + one);

            assertThat(answer(socket)).startsWith("HTTP/1.1 200");
            assertThat(answer(socket)).startsWith("HTTP/1.1 401");
            assertThat(answer(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void expectContinue_isAnsweredBeforeTheBody() throws Exception {
        try (Socket socket = gateway.connect()) {
            send(socket, head("Expect: 100-continue\r\nContent-Length: " + GOOD.length()));
            assertThat(answer(socket)).startsWith("HTTP/1.1 100");
            send(socket, GOOD);
            assertThat(answer(socket)).startsWith("HTTP/1.1 200");
        }
        try (Socket socket = gateway.connect()) {
            send(socket, head("Expect: 100-continue\r\nContent-Length: " + (WIRE_BYTES_MAX + 1)));
            assertThat(answer(socket)).startsWith("HTTP/1.1 413");
        }
    }

    private static int countUntilRefused(Socket socket, byte[] piece) {
        for (int count = 0; count < 1_000; count++) {
            try {
                socket.getOutputStream().write(piece);
            } catch (IOException cut) {
                return count;
            }
        }
        return Integer.MAX_VALUE;
    }

    private static String head(String headers) {
        return "POST " + CHUNKS + " HTTP/1.1\r\nHost: gateway\r\nOrigin: https://a.example\r\n" + headers + "\r\n\r\n";
    }

    private static void send(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** One answer: its head and as much of a body as it declares; empty if the connection ends. */
    private static String answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        try {
            while (answer.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return answer.toString();
                }
                answer.append((char) next);
            }
        } catch (SocketException reset) {
            return answer.toString();
        }
        Matcher length = Pattern.compile("content-length: (\\d+)")
                .matcher(answer.toString().toLowerCase(Locale.ROOT));
        if (length.find()) {
            answer.append(new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8));
        }
        return answer.toString();
    }
}
