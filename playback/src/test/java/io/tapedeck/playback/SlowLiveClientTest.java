package io.tapedeck.playback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapedeck.store.Manifest;
import io.tapedeck.store.SessionKey;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Live streams whose clients take nothing: what waits for them is bounded. */
class SlowLiveClientTest {
    private static final SessionKey SESSION = new SessionKey("default", "large-1");
    private static final String PATH = PlaybackServer.SESSIONS + "/large-1/live?since=1";
    /** Times of snapshots that make each change some 50 KB long. */
    private static final int SNAPSHOTS = 3_500;

    private PlaybackServer server;
    private final AtomicLong rev = new AtomicLong(1);

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void slowClient_isSentNoMoreThanItTakes_andTheNewestChangeInTheEnd() throws Exception {
        serve(60_000);
        try (Socket socket = follow()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                change();
                return count("tapedeck.playback.live.skipped") >= 20;
            });

            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            long changes = 0;
            String last = "";
            while (!last.equals("id: " + rev.get())) {
                String line = lines.readLine();
                assertThat(line).isNotNull();
                if (line.startsWith("id: ")) {
                    assertThat(number(line)).as("revs rise").isGreaterThan(last.isEmpty() ? 0 : number(last));
                    last = line;
                    changes++;
                }
            }
            assertThat(changes).isLessThanOrEqualTo(rev.get() - 20);
        }
    }

    @Test
    void clientThatTakesNothing_isCutOffInTheEnd() throws Exception {
        serve(200);
        try (Socket socket = follow()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                change();
                return server.meters
                                .get("tapedeck.playback.live.ended")
                                .tag("reason", "client_stalled")
                                .counter()
                                .count()
                        == 1;
            });
            assertThat(socket.isClosed()).isFalse();
        }
        await().until(() -> viewers() == 0);
    }

    private void serve(long stallTimeoutMs) {
        LiveSettings settings = new LiveSettings(10, 10, 1_000, 50, stallTimeoutMs);
        server = new PlaybackServer(
                PlaybackSettings.DEFAULT.with(PlaybackSettings.DEFAULT.eventStreamsMax(), settings), null);
        server.reader.manifests.put(SESSION, manifest());
    }

    /** The next change; waits until it has been told, if anybody is left. */
    private void change() {
        double told = count("tapedeck.playback.live.changes", "told", "frames");
        rev.incrementAndGet();
        server.reader.manifests.put(SESSION, manifest());
        await().pollInterval(Duration.ofMillis(5))
                .until(() -> count("tapedeck.playback.live.changes", "told", "frames") > told || viewers() == 0);
    }

    private Manifest manifest() {
        Manifest like = Samples.live(SESSION, rev.get(), 3, false);
        Manifest.Window window = like.windows().get(0);
        List<Long> snapshots = LongStream.range(0, SNAPSHOTS)
                .map(i -> Samples.START + i)
                .boxed()
                .toList();
        return new Manifest(
                like.session(),
                0,
                List.of(new Manifest.Window(
                        window.id(), window.firstAt(), window.lastAt(), window.events(), snapshots)),
                like.frames(),
                List.of());
    }

    private Socket follow() throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(8 * 1024);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port));
        socket.getOutputStream()
                .write(("GET " + PATH + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + PlaybackServer.ADMIN_TOKEN
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        await().until(() ->
                server.meters.get("tapedeck.playback.live.frames").gauge().value() == 3);
        return socket;
    }

    private static long number(String idLine) {
        return Long.parseLong(idLine.substring("id: ".length()));
    }

    private double viewers() {
        return server.meters.get("tapedeck.playback.live.viewers").gauge().value();
    }

    private double count(String name, String... tags) {
        return server.meters.get(name).tags(tags).counter().count();
    }
}
