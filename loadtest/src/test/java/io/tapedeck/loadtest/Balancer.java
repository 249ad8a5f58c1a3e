package io.tapedeck.loadtest;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.OriginRequestProvider;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A load balancer as operators put before several processes: people's requests to the playback processes, all others to
 * the recorders, each to the next one that says it is ready, whoever took the one before. A process that went away while
 * it was asked is a bad gateway to its client.
 */
final class Balancer implements AutoCloseable {
    private static final int TIMEOUT_S = 30;
    private static final int CHECKED_EACH_MS = 500;
    private static final int CHECK_MS_MAX = 2_000;

    private final Vertx vertx = Vertx.vertx();
    private final List<CampaignServer> recorders;
    private final List<CampaignServer> playback;
    private final Set<CampaignServer> ready = ConcurrentHashMap.newKeySet();
    private final AtomicInteger turn = new AtomicInteger();
    private final URI base;

    Balancer(List<CampaignServer> recorders, List<CampaignServer> playback) {
        this.recorders = recorders;
        this.playback = playback;
        HttpProxy proxy = HttpProxy.reverseProxy(vertx.createHttpClient(new HttpClientOptions().setKeepAlive(true)));
        proxy.origin(OriginRequestProvider.selector(
                proxied -> origin(proxied.request().proxiedRequest().path())));
        HttpServer server = await(vertx.createHttpServer(new HttpServerOptions().setMaxInitialLineLength(16_384))
                .requestHandler(proxy)
                .listen(0, "127.0.0.1"));
        HttpClient checks = vertx.createHttpClient();
        Stream.concat(recorders.stream(), playback.stream())
                .forEach(one -> vertx.setPeriodic(1, CHECKED_EACH_MS, timer -> check(checks, one)));
        this.base = URI.create("http://127.0.0.1:" + server.actualPort());
    }

    Target target() {
        return Target.of(base);
    }

    private void check(HttpClient client, CampaignServer one) {
        Optional<RequestOptions> question = one.target().request(HttpMethod.GET, "/health/ready");
        if (question.isEmpty()) {
            ready.remove(one);
            return;
        }
        client.request(question.get())
                .compose(HttpClientRequest::send)
                .map(HttpClientResponse::statusCode)
                .timeout(CHECK_MS_MAX, TimeUnit.MILLISECONDS)
                .onComplete(answer -> {
                    if (answer.succeeded() && answer.result() == 200) {
                        ready.add(one);
                    } else {
                        ready.remove(one);
                    }
                });
    }

    private Future<SocketAddress> origin(String path) {
        List<CampaignServer> able = path.startsWith("/api/") || path.startsWith("/app") ? playback : recorders;
        for (int i = 0; i < able.size(); i++) {
            CampaignServer next = able.get(Math.floorMod(turn.getAndIncrement(), able.size()));
            Optional<URI> address = next.target().address("");
            if (address.isPresent() && ready.contains(next)) {
                return Future.succeededFuture(
                        SocketAddress.inetSocketAddress(address.get().getPort(), "127.0.0.1"));
            }
        }
        return Future.failedFuture("no process runs that could take it");
    }

    @Override
    public void close() {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(TIMEOUT_S, TimeUnit.SECONDS)
                .join();
    }
}
