package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.tapedeck.server.config.Configuration;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Addresses that can't be decoded: they are refused, and never logged, as they may hold a link's secret. */
class MalformedAddressTest {
    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    @TempDir
    Path folder;

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private Wiring wiring;
    private int port;

    @BeforeEach
    void listen() throws Exception {
        Map<String, String> settings =
                Map.of("TAPEDECK_DATA_DIR", folder.resolve("data").toString());
        wiring = Wiring.of(Configuration.load(null, settings, Map.of()), Vertx::vertx);
        port = HttpListener.open(wiring.vertx(), "127.0.0.1", 0, 1, wiring.publicRouter())
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .port();
        logged.start();
        ROOT.addAppender(logged);
    }

    @AfterEach
    void close() {
        ROOT.detachAppender(logged);
        wiring.close(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/projects/default/sessions?q=secret%",
                "/api/v1/projects/default/sessions?q=secret%zz",
                "/api/v1/shares/secret/manifest?q=%",
                "/recorder/secret.js?v=%",
                "/secret%zz",
                "/api/v1/shares/secret%/manifest",
            })
    void malformedEscape_isRefused_andNotLogged(String address) throws IOException {
        String answer = answerTo(address);

        assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json", "\"MALFORMED\"");
        assertThat(answer.toLowerCase(Locale.ROOT)).contains("x-request-id: ");
        assertThat(log()).doesNotContain("secret").doesNotContain("api/v1");
    }

    private String answerTo(String address) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(("GET " + address + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String log() {
        return List.copyOf(logged.list).stream()
                .map(event -> event.getFormattedMessage() + " " + event.getKeyValuePairs() + " "
                        + ThrowableProxyUtil.asString(event.getThrowableProxy()))
                .collect(Collectors.joining("\n"));
    }
}
