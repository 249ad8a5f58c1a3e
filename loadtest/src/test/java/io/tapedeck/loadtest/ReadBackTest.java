package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.tapedeck.loadtest.ReadBack.Findings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ReadBackTest {
    private static final List<PlayedSession> SESSIONS = IntStream.range(0, 10)
            .mapToObj(number -> new PlayedSession("s" + number))
            .toList();

    private static final Duration A_LONG_TIME = Duration.ofMinutes(1);

    private HttpServer running;

    @AfterEach
    void close() {
        if (running != null) {
            running.stop(0);
        }
    }

    @Test
    void run_whereReadingFailsForAnyReason_countsEachSessionAsUnreadable() throws Exception {
        Findings findings = readBack(URI.create("nonsense://127.0.0.1"), A_LONG_TIME);

        assertThat(findings.promisesKept()).isFalse();
        assertThat(findings.sessions()).isZero();
        assertThat(findings.unreadable())
                .hasSize(SESSIONS.size())
                .allSatisfy(why -> assertThat(why).contains("invalid URI scheme"));
    }

    @Test
    void run_thatIsCutOff_isNoSuccess() throws Exception {
        URI server = serve(exchange -> {
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().startsWith("read-back-")) {
                    thread.interrupt();
                }
            }
        });

        Findings findings = readBack(server, A_LONG_TIME);

        assertThat(findings.promisesKept()).isFalse();
        assertThat(findings.unreadable()).containsExactly("10 sessions were not read");
    }

    @Test
    @Timeout(30)
    void run_againstAServerThatStallsInItsAnswers_ends() throws Exception {
        URI server = serve(exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
        });

        Findings findings = readBack(server, Duration.ofMillis(200));

        assertThat(findings.promisesKept()).isFalse();
        assertThat(findings.unreadable())
                .hasSize(SESSIONS.size())
                .allSatisfy(why -> assertThat(why).contains("not over within"));
    }

    @Test
    void run_whereSessionsAreRefusedAFewTimes_readsThemAgain() throws Exception {
        Map<String, Integer> asked = new ConcurrentHashMap<>();
        URI server = serve(exchange -> {
            int times = asked.merge(exchange.getRequestURI().getPath(), 1, Integer::sum);
            exchange.sendResponseHeaders(times < 3 ? 503 : 404, -1);
            exchange.close();
        });

        Findings findings = readBack(server, A_LONG_TIME);

        assertThat(findings.unreadable()).isEmpty();
        assertThat(findings.sessions()).isEqualTo(SESSIONS.size());
    }

    @Test
    @Timeout(30)
    void probe_ofAServerThatStallsInItsAnswers_getsNone() throws Exception {
        URI server = serve(exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('#');
            exchange.getResponseBody().flush();
        });

        assertThat(new ServerProbe(Target.of(server), "secret", Duration.ofMillis(200)).metrics())
                .isEmpty();
    }

    private URI serve(HttpHandler handler) throws IOException {
        running = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        running.createContext("/", handler);
        running.start();
        return URI.create("http://127.0.0.1:" + running.getAddress().getPort());
    }

    private static Findings readBack(URI address, Duration answerWithin) throws InterruptedException {
        Project project = new Project(Target.of(address), "default", "secret");
        ReplayReader reader = new ReplayReader(project, answerWithin);
        return new ReadBack(reader, Duration.ZERO).run(SESSIONS);
    }
}
