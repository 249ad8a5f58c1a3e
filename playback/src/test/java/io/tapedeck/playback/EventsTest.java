package io.tapedeck.playback;

import static io.tapedeck.playback.AccountsTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.EventStream;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WindowId;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events over HTTP: every encoding, every way to end. */
class EventsTest {
    private static final String PATH = PlaybackServer.KNOWN + "/events";
    private static final int PIECE_BYTES = 16 * 1024;
    /** More than the sockets' buffers and the server's queues can hold together. */
    private static final int ENDLESS_PIECES = 4_000;

    private final byte[] lines = StoredEvents.lines("w1", 5_000, 1);
    private PlaybackServer server = new PlaybackServer();
    private byte[] stored;
    private volatile PacedPublisher publisher;

    @BeforeEach
    void store() throws IOException {
        stored = StoredEvents.concat(
                StoredEvents.frame(lines), StoredEvents.skippableFrame(10), StoredEvents.frame(lines));
        serve(stored.length);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void zstd_isExactlyWhatIsStored() throws Exception {
        HttpResponse<byte[]> answer = server.get(PATH, "Accept-Encoding", "gzip, deflate, br, zstd");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(stored);
        assertThat(answer.headers().firstValue("content-encoding")).hasValue("zstd");
        assertThat(answer.headers().firstValueAsLong("content-length")).hasValue(stored.length);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/x-ndjson");
        assertThat(answer.headers().firstValue("vary"))
                .hasValueSatisfying(vary -> assertThat(vary).isEqualToIgnoringCase("accept-encoding"));
        assertThat(answer.headers().firstValue("cache-control")).hasValue("private, no-cache");
        assertThat(answer.headers().firstValue("etag")).hasValue("\"tag-1\"");
        assertThat(answer.headers().firstValue("x-tapedeck-rev")).hasValue("12");
    }

    @Test
    void zstd_ofUnknownLength_isTheSame() throws Exception {
        serve(-1);

        HttpResponse<byte[]> answer = server.get(PATH, "Accept-Encoding", "zstd");

        assertThat(answer.body()).isEqualTo(stored);
        assertThat(answer.headers().firstValue("content-length")).isEmpty();
    }

    @Test
    void everyEncoding_hasTheSameLines() throws Exception {
        HttpResponse<byte[]> plain = server.get(PATH);
        HttpResponse<byte[]> gzip = server.get(PATH, "Accept-Encoding", "gzip");
        HttpResponse<byte[]> zstd = server.get(PATH, "Accept-Encoding", "zstd");

        assertThat(plain.body()).isEqualTo(StoredEvents.concat(lines, lines));
        assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
        assertThat(StoredEvents.gunzip(gzip.body())).isEqualTo(plain.body());
        assertThat(gzip.headers().firstValue("content-encoding")).hasValue("gzip");
        assertThat(StoredEvents.unzstd(zstd.body())).isEqualTo(plain.body());
        assertThat(List.of(etag(plain), etag(gzip), etag(zstd))).doesNotHaveDuplicates();
    }

    @Test
    void clientThatTakesNoEncoding_isNotAcceptable() throws Exception {
        HttpResponse<byte[]> answer = server.get(PATH, "Accept-Encoding", "br, identity;q=0");

        assertProblem(answer, 406, "NOT_ACCEPTABLE");
        assertThat(answer.headers().firstValue("vary")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "gzip", "identity"})
    void eventsThatTheClientHas_areNotSentAgain(String encoding) throws Exception {
        String etag = etag(server.get(PATH, "Accept-Encoding", encoding));

        HttpResponse<byte[]> again =
                server.get(PATH, "Accept-Encoding", encoding, "If-None-Match", "\"other\", " + etag);

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(etag(again)).isEqualTo(etag);
        assertThat(publisher.subscribed).isFalse();
        String other = encoding.equals("zstd") ? "gzip" : "zstd";
        assertThat(server.get(PATH, "Accept-Encoding", other, "If-None-Match", etag)
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.get(PATH, "Accept-Encoding", encoding, "If-None-Match", "*")
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void head_readsNothing() throws Exception {
        HttpResponse<byte[]> head = server.send(
                "HEAD",
                PATH,
                null,
                "Authorization",
                "Bearer " + PlaybackServer.VIEWER_TOKEN,
                "Accept-Encoding",
                "zstd");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValueAsLong("content-length")).hasValue(stored.length);
        assertThat(head.headers().firstValue("etag")).hasValue("\"tag-1\"");
        assertThat(publisher.subscribed).isFalse();
        awaitNoStreams();
    }

    @Test
    void range_isPassedOn() throws Exception {
        server.get(PATH + "?window=w1&from=5&to=9");
        assertThat(server.reader.lastCall)
                .isEqualTo(new FakeReader.EventsCall(Samples.KNOWN, new WindowId("w1"), 5L, 9L, null, null));

        server.get(PATH);
        assertThat(server.reader.lastCall)
                .isEqualTo(new FakeReader.EventsCall(Samples.KNOWN, null, null, null, null, null));
    }

    @Test
    void frames_arePassedOnInOrder() throws Exception {
        server.get(PATH + "?rev=12&frames=r1.2,r1.0");

        assertThat(server.reader.lastCall)
                .isEqualTo(new FakeReader.EventsCall(Samples.KNOWN, null, null, null, 12L, List.of("r1.2", "r1.0")));
    }

    @Test
    void manyFrames_fit() throws Exception {
        List<String> frames = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            frames.add("r12345678.part." + i);
        }

        assertThat(server.get(PATH + "?rev=12&frames=" + String.join(",", frames))
                        .statusCode())
                .isEqualTo(200);
        frames.add("onetoomany");
        assertProblem(server.get(PATH + "?rev=12&frames=" + String.join(",", frames)), 400, "MALFORMED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rev=12",
                "frames=a",
                "rev=12&frames=",
                "rev=12&frames=a,,b",
                "rev=12&frames=a,a",
                "rev=12&frames=a/b",
                "rev=12&frames=a&window=w1",
                "rev=12&frames=a&from=1",
                "rev=12&frames=a&to=1",
                "rev=x&frames=a",
                "from=3&to=2",
                "window=w%201",
                "windows=w1",
            })
    void otherParameters_areMalformed(String query) throws Exception {
        assertProblem(server.get(PATH + "?" + query), 400, "MALFORMED");
        awaitNoStreams();
    }

    @Test
    void frameThatIsGone_isStale() throws Exception {
        server.reader.events = call -> {
            throw new StoreException(StoreErrorKind.CONFLICT, "frame is gone");
        };

        assertProblem(server.get(PATH + "?rev=11&frames=b7"), 409, "STALE_REV");
        awaitNoStreams();
    }

    @Test
    void frameThatGoesBeforeTheFirstByte_isStale() throws Exception {
        server.reader.events = call -> {
            publisher = PacedPublisher.failing(List.of(), new StoreException(StoreErrorKind.CONFLICT, "rewritten"));
            return new EventStream(12, stored.length, "tag-1", publisher);
        };

        assertProblem(server.get(PATH + "?rev=11&frames=b7"), 409, "STALE_REV");
        awaitNoStreams();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "gzip", "identity"})
    void outageBeforeTheFirstByte_isAProblem(String encoding) throws Exception {
        serveFailing(List.of(), stored.length);

        HttpResponse<byte[]> answer = server.get(PATH, "Accept-Encoding", encoding);

        assertProblem(answer, 503, "UNAVAILABLE");
        assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
        assertThat(answer.headers().firstValue("etag")).isEmpty();
        awaitNoStreams();
    }

    @ParameterizedTest
    @CsvSource({"zstd, true", "zstd, false", "gzip, true", "identity, true"})
    void outageInTheMiddle_isNeverACleanEnd(String encoding, boolean lengthKnown) throws Exception {
        List<ByteBuffer> half = StoredEvents.pieces(stored, 1_000);
        serveFailing(half.subList(0, half.size() / 2), lengthKnown ? stored.length : -1);

        assertThatThrownBy(() -> server.get(PATH, "Accept-Encoding", encoding)).isInstanceOf(IOException.class);
        awaitNoStreams();
        assertThat(outcomes("cut")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void storeThatYieldsAnotherLength_isNeverACleanEnd(int difference) {
        serve(stored.length + difference);

        assertThatThrownBy(() -> server.get(PATH, "Accept-Encoding", "zstd")).isInstanceOf(IOException.class);
        awaitNoStreams();
    }

    @Test
    void damagedFrame_isNeverACleanEnd() throws Exception {
        stored[stored.length - 1] ^= 1;

        assertThatThrownBy(() -> server.get(PATH, "Accept-Encoding", "gzip")).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "gzip", "identity"})
    void slowClient_holdsTheStoreBack_andThenGetsEverything(String encoding) throws Exception {
        serveMuch();
        HttpResponse<InputStream> answer = server.get(PATH, BodyHandlers.ofInputStream(), "Accept-Encoding", encoding);

        awaitStandstill();
        assertThat(publisher.published.get()).isLessThan(ENDLESS_PIECES / 2);
        try (InputStream body = answer.body()) {
            byte[] bytes = body.readAllBytes();
            byte[] plain = switch (encoding) {
                case "zstd" -> StoredEvents.unzstd(bytes);
                case "gzip" -> StoredEvents.gunzip(bytes);
                default -> bytes;
            };
            assertThat(plain).hasSizeGreaterThan(ENDLESS_PIECES * PIECE_BYTES / 2);
        }
        assertThat(publisher.published).hasValue(ENDLESS_PIECES);
        awaitNoStreams();
        assertThat(outcomes("complete")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "gzip"})
    void clientThatLeaves_stopsTheStore(String encoding) throws Exception {
        serveMuch();
        try (Socket socket = ask(encoding)) {
            assertThat(socket.getInputStream().readNBytes(1_000)).hasSize(1_000);
            awaitStandstill();
        }

        Awaitility.await().untilTrue(publisher.cancelled);
        awaitNoStreams();
        assertThat(publisher.published.get()).isLessThan(ENDLESS_PIECES / 2);
        assertThat(outcomes("client_gone")).isEqualTo(1);
    }

    @Test
    void clientThatLeavesWhileTheStoreLooks_readsNothing() throws Exception {
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch found = new CountDownLatch(1);
        server.reader.events = call -> {
            looking.countDown();
            await(found);
            publisher = PacedPublisher.of(StoredEvents.pieces(stored, 1_000));
            return new EventStream(12, stored.length, "tag-1", publisher);
        };
        Socket socket = ask("zstd");
        await(looking);
        socket.close();
        Awaitility.await()
                .until(() -> server.meters
                                .find("tapedeck.http.requests")
                                .tags("route", "events", "code", "CLIENT_GONE")
                                .timer()
                        != null);
        found.countDown();

        awaitNoStreams();
        assertThat(publisher.subscribed).isFalse();
    }

    @Test
    void clientThatTakesNothing_isCutOffInTheEnd() throws Exception {
        restart(1, 200);
        serveMuch();
        try (Socket socket = ask("zstd")) {
            Awaitility.await().until(() -> outcomes("client_stalled") == 1);
            assertThat(publisher.cancelled).isTrue();
            awaitNoStreams();
            assertThat(socket.isClosed()).isFalse();
        }
    }

    @Test
    void moreStreamsThanAllowed_waitUntilOneEnds() throws Exception {
        restart(1, 60_000);
        serveMuch();
        List<CompletableFuture<Integer>> waiting = new ArrayList<>();
        try (Socket first = ask("zstd")) {
            assertThat(first.getInputStream().read()).isEqualTo('H');
            serve(stored.length);
            for (int i = 0; i < 20; i++) {
                waiting.add(CompletableFuture.supplyAsync(this::statusOfEvents));
            }
            // As much of the line as one account gets.
            Awaitility.await().until(() -> gauge("tapedeck.playback.streams.waiting") == 12);
            // Who comes later than this finds that there is room.
            Awaitility.await()
                    .until(() ->
                            waiting.stream().filter(CompletableFuture::isDone).count() == 8);
            assertThat(gauge("tapedeck.playback.streams")).isEqualTo(1);
        }

        List<Integer> statuses =
                waiting.stream().map(CompletableFuture::join).sorted().toList();
        assertThat(statuses.subList(0, 12)).containsOnly(200);
        assertThat(statuses.subList(12, 20)).containsOnly(503);
        awaitNoStreams();
        assertThat(gauge("tapedeck.playback.streams.waiting")).isZero();
    }

    private int statusOfEvents() {
        try {
            return server.get(PATH).statusCode();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private double gauge(String name) {
        return server.meters.get(name).gauge().value();
    }

    @Test
    void moreStreamsThanAllowed_areRefusedInTheEnd() throws Exception {
        restart(1, 100, 60_000);
        serveMuch();
        try (Socket first = ask("zstd")) {
            assertThat(first.getInputStream().read()).isEqualTo('H');

            HttpResponse<byte[]> refused = server.get(PATH);
            assertProblem(refused, 503, "OVER_CAPACITY");
            assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
        }
        awaitNoStreams();
        serve(stored.length);
        assertThat(server.get(PATH).statusCode()).isEqualTo(200);
    }

    @Test
    void bytes_areCountedByEncoding() throws Exception {
        server.get(PATH, "Accept-Encoding", "zstd");

        assertThat(server.meters
                        .get("tapedeck.playback.bytes")
                        .tag("coding", "zstd")
                        .counter()
                        .count())
                .isEqualTo(stored.length);
    }

    private void serve(long bytes) {
        server.reader.events = call -> {
            publisher = PacedPublisher.of(StoredEvents.pieces(stored, 1_000));
            return new EventStream(12, bytes, "tag-1", publisher);
        };
    }

    private void serveFailing(List<ByteBuffer> pieces, long bytes) {
        server.reader.events = call -> {
            publisher = PacedPublisher.failing(pieces, new StoreException(StoreErrorKind.UNAVAILABLE, "gone"));
            return new EventStream(12, bytes, "tag-1", publisher);
        };
    }

    /** Frames of random bytes, which are as large in every encoding: gzip does not see as far back as they repeat. */
    private void serveMuch() throws IOException {
        Random random = new Random(7);
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            byte[] noise = new byte[PIECE_BYTES];
            random.nextBytes(noise);
            frames.add(StoredEvents.frame(noise));
        }
        long bytes = frames.stream().mapToLong(frame -> frame.length).sum() * (ENDLESS_PIECES / 8);
        server.reader.events = call -> {
            List<ByteBuffer> all = new ArrayList<>();
            for (int i = 0; i < ENDLESS_PIECES; i++) {
                all.add(ByteBuffer.wrap(frames.get(i % 8)));
            }
            publisher = PacedPublisher.of(all);
            return new EventStream(12, bytes, "tag-2", publisher);
        };
    }

    private Socket ask(String encoding) throws IOException {
        Socket socket = server.socket();
        socket.getOutputStream()
                .write(("GET " + PATH + " HTTP/1.1\r\nHost: x\r\nAccept-Encoding: " + encoding
                                + "\r\nAuthorization: Bearer " + PlaybackServer.ADMIN_TOKEN + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Until nothing more is read from the store. */
    private void awaitStandstill() {
        long[] last = {-1};
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .pollInterval(300, TimeUnit.MILLISECONDS)
                .until(() -> {
                    long now = publisher == null ? -1 : publisher.published.get();
                    boolean still = now > 0 && now == last[0];
                    last[0] = now;
                    return still;
                });
    }

    private void awaitNoStreams() {
        Awaitility.await()
                .until(() ->
                        server.meters.get("tapedeck.playback.streams").gauge().value() == 0);
    }

    private double outcomes(String outcome) {
        return server.meters.find("tapedeck.playback.deliveries").tag("outcome", outcome).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private void restart(int eventStreamsMax, long stallTimeoutMs) {
        restart(eventStreamsMax, 20_000, stallTimeoutMs);
    }

    private void restart(int eventStreamsMax, long waitMs, long stallTimeoutMs) {
        PlaybackSettings like = PlaybackSettings.DEFAULT;
        server.close();
        server = new PlaybackServer(
                new PlaybackSettings(
                        like.loginMs(), 10, 30_000, eventStreamsMax, waitMs, 2, 3, stallTimeoutMs, true, like.live()),
                null);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String etag(HttpResponse<byte[]> answer) {
        return answer.headers().firstValue("etag").orElseThrow();
    }
}
