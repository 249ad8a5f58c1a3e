package io.tapedeck.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The files below one folder of the class path, read once: what is not in it cannot be asked for, whatever the path
 * says. Immutable, thread-safe.
 */
public final class Assets {
    /** Bytes of all files together; more than that is a mistake of the build. */
    private static final long BYTES_MAX = 64L << 20;

    private final Map<String, Asset> byPath;

    private Assets(Map<String, Asset> byPath) {
        this.byPath = Map.copyOf(byPath);
    }

    /**
     * Reads a folder.
     *
     * @param folder such as {@code tapedeck/web/app}; if the class path has no such folder there are no assets
     * @throws UncheckedIOException if it can't be read or is too large
     */
    public static Assets load(ClassLoader loader, String folder) {
        Map<String, Asset> assets = new HashMap<>();
        try {
            for (URL url : Collections.list(loader.getResources(folder))) {
                if (url.openConnection() instanceof JarURLConnection jar) {
                    readJar(jar, folder + "/", assets);
                } else {
                    readFolder(url.toURI(), assets);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the assets in " + folder, e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the class path has an address that is no URI", e);
        }
        return new Assets(assets);
    }

    /** The files below a folder of these, such as {@code app}; the same ones, which are not copied. */
    public Assets below(String folder) {
        String prefix = folder + "/";
        Map<String, Asset> found = new HashMap<>();
        byPath.forEach((path, asset) -> {
            if (path.startsWith(prefix)) {
                found.put(path.substring(prefix.length()), asset);
            }
        });
        return new Assets(found);
    }

    /** The file at a path relative to the folder, such as {@code index.html}. */
    public Optional<Asset> find(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    /**
     * Answers with an asset: whole, compressed if the client takes gzip, or as not modified.
     *
     * @param cacheControl such as {@code public, max-age=300}
     */
    public static void serve(RoutingContext ctx, Asset asset, String cacheControl) {
        HttpServerRequest request = ctx.request();
        HttpServerResponse response = ctx.response();
        boolean gzip = asset.compressible() && acceptsGzip(request.getHeader(HttpHeaders.ACCEPT_ENCODING));
        String etag = asset.etag(gzip);
        response.putHeader(HttpHeaders.CACHE_CONTROL, cacheControl);
        response.putHeader(HttpHeaders.ETAG, etag);
        if (asset.compressible()) {
            response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        }
        if (matches(request.getHeader(HttpHeaders.IF_NONE_MATCH), etag)) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, asset.contentType());
        if (gzip) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        if (HttpMethod.HEAD.equals(request.method())) {
            response.putHeader(
                    HttpHeaders.CONTENT_LENGTH, Integer.toString((gzip ? asset.gzip() : asset.content()).length()));
            response.end();
            return;
        }
        response.end(gzip ? asset.gzip() : asset.content());
    }

    private static boolean acceptsGzip(String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        return Stream.of(acceptEncoding.split(","))
                .map(offer -> offer.replace(" ", ""))
                .anyMatch(offer -> offer.equals("gzip") || (offer.startsWith("gzip;q=") && !isZero(offer)));
    }

    private static boolean isZero(String offer) {
        return offer.substring("gzip;q=".length()).matches("0(\\.0*)?");
    }

    private static boolean matches(String ifNoneMatch, String etag) {
        return ifNoneMatch != null
                && Stream.of(ifNoneMatch.split(","))
                        .map(String::strip)
                        .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
                        .anyMatch(tag -> tag.equals("*") || tag.equals(etag));
    }

    private static void readJar(JarURLConnection connection, String prefix, Map<String, Asset> assets)
            throws IOException {
        connection.setUseCaches(false);
        long left = BYTES_MAX;
        try (JarFile jar = connection.getJarFile()) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                String name = entry.getName();
                if (!entry.isDirectory() && name.startsWith(prefix)) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        left -= add(assets, name.substring(prefix.length()), in.readAllBytes(), left);
                    }
                }
            }
        }
    }

    private static void readFolder(URI uri, Map<String, Asset> assets) throws IOException {
        Path folder = Path.of(uri);
        long left = BYTES_MAX;
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String path = folder.relativize(file).toString().replace('\\', '/');
            left -= add(assets, path, Files.readAllBytes(file), left);
        }
    }

    private static int add(Map<String, Asset> assets, String path, byte[] content, long left) throws IOException {
        if (content.length > left) {
            throw new IOException("the assets take more than " + BYTES_MAX + " bytes");
        }
        assets.putIfAbsent(path, Asset.of(path, content));
        return content.length;
    }
}
