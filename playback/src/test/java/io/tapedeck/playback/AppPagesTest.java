package io.tapedeck.playback;

import static io.tapedeck.playback.AccountsTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The web app's page and files over HTTP. */
class AppPagesTest {
    private PlaybackServer server = new PlaybackServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/app/", "/app/index.html", "/app/p/default/s/known-1?t=1500", "/app/login", "/app/a/b/"})
    void anyAddressThatIsNoFile_isThePage(String path) throws Exception {
        HttpResponse<byte[]> page = server.send("GET", path, null);

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(PlaybackServer.text(page)).contains("<base href=\"/app/\" />");
        assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("cache-control")).hasValue("no-cache");
        assertThat(page.headers().firstValue("content-security-policy"))
                .hasValue("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
                        + "img-src 'self' data: blob:; font-src 'self' data: blob:; media-src data: blob:; "
                        + "connect-src 'self'; worker-src 'self' blob:; frame-src 'self' blob:; base-uri 'self'; "
                        + "form-action 'self'; frame-ancestors 'self'; object-src 'none'");
        assertThat(page.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(page.headers().firstValue("referrer-policy")).isPresent();
    }

    @Test
    void page_behindAPrefix_hasItsBase() throws Exception {
        HttpResponse<byte[]> page = server.send("GET", "/app/login", null, "X-Forwarded-Prefix", "/tools/replay");

        assertThat(PlaybackServer.text(page)).contains("<base href=\"/tools/replay/app/\" />");
        assertThat(page.headers().firstValue("etag"))
                .isNotEqualTo(server.send("GET", "/app/login", null).headers().firstValue("etag"));
    }

    @Test
    void page_withAPublicUrl_hasItsBase() throws Exception {
        server.close();
        server = new PlaybackServer(PlaybackSettings.DEFAULT, "https://replay.example/x&y/");

        HttpResponse<byte[]> page = server.send("GET", "/app/", null);

        assertThat(PlaybackServer.text(page)).contains("<base href=\"/x&amp;y/app/\" />");
        assertThat(server.send("GET", "/", null).headers().firstValue("location"))
                .hasValue("/x&y/app/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/replay"})
    void everything_worksWithAndWithoutThePrefixInThePath(String prefix) throws Exception {
        server.close();
        server = new PlaybackServer(PlaybackSettings.DEFAULT, "https://host.example/replay");

        for (String path : List.of("/app/", "/app/p/default/s/x", "/app/app", "/app/p/app")) {
            assertThat(PlaybackServer.text(server.send("GET", prefix + path, null)))
                    .contains("<base href=\"/replay/app/\" />");
        }
        assertThat(server.send("GET", prefix + "/app/icon.svg", null).statusCode())
                .isEqualTo(200);
        for (String path : List.of("/", "/app")) {
            assertThat(server.send("GET", prefix + path, null).headers().firstValue("location"))
                    .hasValue("/replay/app/");
        }
        assertThat(server.get(prefix + "/api/v1/me").statusCode()).isEqualTo(200);
        assertProblem(server.send("GET", prefix + "/api/v1/me", null), 401, "UNAUTHENTICATED");
        assertProblem(server.send("PUT", prefix + "/api/v1/me", null), 405, "METHOD_NOT_ALLOWED");
        assertProblem(server.send("GET", prefix + "/nothing", null), 404, "NOT_FOUND");
        assertThat(server.get(prefix + PlaybackServer.KNOWN).statusCode()).isEqualTo(200);
    }

    @Test
    void page_thatTheClientHas_isNotSentAgain() throws Exception {
        String etag =
                server.send("GET", "/app/", null).headers().firstValue("etag").orElseThrow();

        HttpResponse<byte[]> again = server.send("GET", "/app/", null, "If-None-Match", etag);

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void hashedFile_isImmutable_othersAreNot() throws Exception {
        HttpResponse<byte[]> script = server.send("GET", "/app/assets/index-Ab12Cd34.js", null);
        HttpResponse<byte[]> icon = server.send("GET", "/app/icon.svg", null);

        assertThat(script.headers().firstValue("cache-control")).hasValue("public, max-age=31536000, immutable");
        assertThat(script.headers().firstValue("content-type")).hasValue("text/javascript; charset=utf-8");
        assertThat(script.headers().firstValue("content-security-policy").orElseThrow())
                .contains("script-src 'self'");
        assertThat(icon.headers().firstValue("cache-control")).hasValue("no-cache");
        assertThat(icon.headers().firstValue("content-type")).hasValue("image/svg+xml");
    }

    @Test
    void fileThatIsNotThere_isNotFoundAndNotThePage() throws Exception {
        assertProblem(server.send("GET", "/app/assets/gone-12345678.js", null), 404, "NOT_FOUND");
        assertProblem(server.send("GET", "/app/p/favicon.ico", null), 404, "NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/app"})
    void root_leadsToTheApp(String path) throws Exception {
        assertThat(server.send("GET", path, null).headers().firstValue("location"))
                .hasValue("app/");
        HttpResponse<byte[]> redirect = server.send("GET", path, null, "X-Forwarded-Prefix", "/r");
        assertThat(redirect.statusCode()).isEqualTo(302);
        assertThat(redirect.headers().firstValue("location")).hasValue("/r/app/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/app/../outside.txt",
                "/app/%2e%2e/outside.txt",
                "/app/..%2foutside.txt",
                "/app/assets/../../outside.txt",
                "/app/assets/%2e%2e%2f%2e%2e%2foutside.txt",
                "/app/..\\outside.txt",
                "/app//outside.txt",
                "/app/%00/outside.txt",
                "/app/../app/../../outside.txt",
            })
    void pathsThatLeaveTheFolder_findNothing(String path) throws Exception {
        try (Socket socket = server.socket()) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("not below the web app");
        }
    }
}
