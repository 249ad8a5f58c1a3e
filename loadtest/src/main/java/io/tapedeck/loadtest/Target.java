package io.tapedeck.loadtest;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Optional;

/** Where the server is at the moment: its base address, which may hold a path, or nowhere. Thread-safe. */
final class Target {
    private volatile URI base;

    private Target(URI base) {
        this.base = base;
    }

    static Target of(URI base) {
        return new Target(base);
    }

    /** Of a server that has not been started yet. */
    static Target nowhere() {
        return new Target(null);
    }

    void moveTo(URI address) {
        base = address;
    }

    void away() {
        base = null;
    }

    /** @param path within the base address; the answer is empty while the server is nowhere */
    Optional<URI> address(String path) {
        URI now = base;
        return now == null
                ? Optional.empty()
                : Optional.of(URI.create(now.toString().replaceAll("/+$", "") + path));
    }

    /** A request to a path within the base address; empty while the server is nowhere. */
    Optional<RequestOptions> request(HttpMethod method, String path) {
        return address(path)
                .map(address -> new RequestOptions()
                        .setMethod(method)
                        .setHost(address.getHost())
                        .setPort(port(address))
                        .setSsl(isTls(address))
                        .setURI(address.getRawPath()
                                + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery())));
    }

    private static boolean isTls(URI address) {
        return "https".equals(address.getScheme());
    }

    /** The port, which is the scheme's own if none is given. */
    static int port(URI address) {
        int standard = isTls(address) ? 443 : 80;
        return address.getPort() < 0 ? standard : address.getPort();
    }
}
