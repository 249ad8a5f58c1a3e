package io.tapedeck.recorder;

import static io.tapedeck.recorder.Gateway.bytes;
import static io.tapedeck.recorder.Gateway.gzip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapedeck.recorder.dialect.sentry.SentryEnvelope;
import io.tapedeck.store.StoreErrorKind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients send that is no recording: it is acknowledged, kept nowhere, counted, and bounded as anything else is. */
class ForeignTrafficTest extends SdkIngest {
    private static final int BODY_BYTES_MAX = 1 << 20;
    /** All requests together: a body, and what decoding one takes. */
    private static final int IN_FLIGHT_BYTES_MAX = 4 << 20;

    ForeignTrafficTest() {
        super(Gateway.settings(BODY_BYTES_MAX, BODY_BYTES_MAX, IN_FLIGHT_BYTES_MAX, 10, 2_000));
    }

    /** Who sends it. */
    enum Kind {
        POSTHOG("/i/v0/e/") {
            @Override
            String body(String value) {
                return "{\"api_key\":\"" + Gateway.KEY + "\",\"batch\":[{\"event\":\"$autocapture\",\"properties\":{"
                        + "\"distinct_id\":\"x\",\"$session_id\":\"s1\",\"$elements\":" + value
                        + "},\"timestamp\":\"2026-11-21T20:39:26.327Z\"}]}";
            }
        },
        MIXPANEL("/track/") {
            @Override
            String body(String value) {
                return "data=[{\"event\":\"$mp_click\",\"properties\":{\"token\":\"" + Gateway.KEY
                        + "\",\"time\":1.5,\"$elements\":" + value + "}}]";
            }
        },
        SENTRY("/api/1/envelope/?sentry_key=" + Gateway.KEY) {
            @Override
            String body(String value) {
                return new String(
                        SentryEnvelope.begin()
                                .item("transaction", "{\"type\":\"transaction\",\"spans\":" + value + "}")
                                .bytes(),
                        StandardCharsets.UTF_8);
            }
        };

        private final String path;

        Kind(String path) {
            this.path = path;
        }

        abstract String body(String value);
    }

    @ParameterizedTest
    @EnumSource
    void usualTraffic_isAcknowledged_needsNoStore_andIsCounted(Kind kind) throws Exception {
        refuseAll(StoreErrorKind.UNAVAILABLE);
        byte[] body = bytes(kind.body("[]"));

        assertThat(gateway.postTo(kind.path, body).statusCode()).isEqualTo(200);
        assertThat(gateway.postTo(kind.path, gzip(body)).statusCode()).isEqualTo(200);

        assertThat(gateway.outcomes("foreign")).isEqualTo(2);
        assertThat(gateway.outcomes("stored")).isZero();
        assertThat(foreignBytes()).isEqualTo(2 * body.length);
    }

    @Test
    void recordings_areNotCountedAsForeign() throws Exception {
        byte[] body = SentryEnvelope.begin()
                .item("transaction", "{}")
                .replayEvent("")
                .recording(0, SentryEnvelope.zlib(SentryEnvelope.EVENT))
                .bytes();
        assertThat(gateway.postTo(Kind.SENTRY.path, body).statusCode()).isEqualTo(200);

        assertThat(gateway.outcomes("stored")).isOne();
        assertThat(gateway.outcomes("foreign")).isZero();
        assertThat(foreignBytes()).isZero();
    }

    @Test
    void trafficOfNobody_isRefused_andNotCountedAsForeign() throws Exception {
        for (Kind kind : Kind.values()) {
            String body = kind.body("[]").replace(Gateway.KEY, "nobody");
            String path = kind.path.replace(Gateway.KEY, "nobody");
            assertThat(said(gateway.postTo(path, bytes(body)))).isEqualTo("401 UNAUTHENTICATED -");
        }
        assertThat(gateway.outcomes("foreign")).isZero();
        assertThat(gateway.outcomes("UNAUTHENTICATED")).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void anItemAsLargeAsABodyMayBe_isPassedOver_withinTheRequestsMemory(Kind kind) throws Exception {
        String huge = "\"" + "a".repeat(BODY_BYTES_MAX - 1_000) + "\"";
        for (int i = 0; i < 20; i++) {
            assertThat(gateway.postTo(kind.path, bytes(kind.body(huge))).statusCode())
                    .isEqualTo(200);
        }
        assertThat(gateway.outcomes("foreign")).isEqualTo(20);
        assertThat(gateway.store.chunks()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void manyItems_arePassedOver(Kind kind) throws Exception {
        String spans = "[" + "{\"a\":1},".repeat(100_000) + "{}]";
        assertThat(gateway.postTo(kind.path, bytes(kind.body(spans))).statusCode())
                .isEqualTo(200);
        assertThat(gateway.outcomes("foreign")).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void moreThanABodyMayBe_isRefused_packedOrNot(Kind kind) throws Exception {
        String huge = "\"" + "a".repeat(BODY_BYTES_MAX) + "\"";
        assertThat(said(gateway.postTo(kind.path, bytes(kind.body(huge))))).isEqualTo("413 TOO_LARGE -");
        String bomb = "\"" + "a".repeat(48 << 20) + "\"";
        assertThat(said(gateway.postTo(kind.path, gzip(bytes(kind.body(bomb))))))
                .isEqualTo("413 TOO_LARGE -");
        assertThat(foreignBytes()).isZero();
    }

    /** What a dialect has to read is refused; Sentry's transactions are passed over unread. */
    @ParameterizedTest
    @EnumSource
    void deepNesting_isRefusedOrPassedOver(Kind kind) throws Exception {
        for (int depth : new int[] {5_000, 500_000}) {
            HttpResponse<String> answer =
                    gateway.postTo(kind.path, bytes(kind.body("[".repeat(depth) + "]".repeat(depth))));
            assertThat(said(answer)).isEqualTo(kind == Kind.SENTRY ? "200 - -" : "400 MALFORMED -");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatNeverEnds_isCutOff_andHoldsNoMoreThanABodyMay(Kind kind) throws Exception {
        AtomicLong sent = new AtomicLong();
        try (Socket socket = gateway.connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(bytes("POST " + kind.path + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
            String start = kind.body("\"").replaceFirst("\"[^\"]*$", "\"");
            out.write(bytes(Integer.toHexString(start.length()) + "\r\n" + start + "\r\n"));
            byte[] piece = bytes("10000\r\n" + "a".repeat(1 << 16) + "\r\n");
            assertThat(writeUntilRefused(socket, piece, sent)).isTrue();
        }
        assertThat(sent.get()).isLessThan(400L << 20);
        await().until(() -> gateway.outcomes("TOO_LARGE") == 1);
        assertThat(gateway.inFlightBytes()).isLessThanOrEqualTo(BODY_BYTES_MAX + (64 << 10));
        assertThat(gateway.meters.get("tapedeck.ingest.wire").counter().count()).isZero();
    }

    @Test
    void manyAtOnce_holdNoMoreThanAllRequestsMay() throws Exception {
        String huge = "\"" + "a".repeat(BODY_BYTES_MAX - 1_000) + "\"";
        Map<Integer, Long> statuses = new ConcurrentHashMap<>();
        Thread[] clients = new Thread[8];
        for (int i = 0; i < clients.length; i++) {
            Kind kind = Kind.values()[i % 3];
            clients[i] = new Thread(() -> {
                for (int k = 0; k < 5; k++) {
                    statuses.merge(status(kind, huge), 1L, Long::sum);
                }
            });
            clients[i].start();
        }
        for (Thread client : clients) {
            client.join();
        }
        // Those for which there was no room are told to come again, or, as Sentry's SDK wants it, not answered.
        assertThat(statuses.keySet()).isSubsetOf(200, 503, 0);
        assertThat(gateway.outcomes("foreign"))
                .isEqualTo(statuses.getOrDefault(200, 0L).doubleValue());
        assertThat(gateway.store.chunks()).isEmpty();
    }

    private int status(Kind kind, String value) {
        try {
            return gateway.postTo(kind.path, bytes(kind.body(value))).statusCode();
        } catch (IOException hungUp) {
            return 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private double foreignBytes() {
        return gateway.meters.get("tapedeck.ingest.foreign").counter().count();
    }

    /** False if all that a patient client has was taken. */
    private static boolean writeUntilRefused(Socket socket, byte[] piece, AtomicLong sent) throws IOException {
        try {
            while (sent.get() < 1L << 30) {
                socket.getOutputStream().write(piece);
                sent.addAndGet(piece.length);
            }
        } catch (SocketException gone) {
            return true;
        }
        return false;
    }
}
