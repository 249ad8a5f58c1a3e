package io.tapedeck.http;

import io.tapedeck.store.Sha256;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** One file that is served as it is, with its compressed form and its ETag, which are made when they are first asked for. */
public final class Asset {
    /** Below this gzip is not worth its header. */
    private static final int GZIP_BYTES_MIN = 256;

    private static final Map<String, String> TEXT_TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "mjs", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "json", "application/json",
            "map", "application/json",
            "svg", "image/svg+xml",
            "txt", "text/plain; charset=utf-8",
            "webmanifest", "application/manifest+json",
            "wasm", "application/wasm");
    private static final Map<String, String> BINARY_TYPES = Map.of(
            "png", "image/png",
            "jpg", "image/jpeg",
            "jpeg", "image/jpeg",
            "gif", "image/gif",
            "webp", "image/webp",
            "avif", "image/avif",
            "ico", "image/x-icon",
            "woff2", "font/woff2",
            "woff", "font/woff",
            "mp4", "video/mp4");

    private final Buffer plain;
    private final String contentType;
    private final boolean compressible;
    private volatile String hash;
    private volatile Buffer gzip;

    private Asset(byte[] content, String contentType, boolean compressible) {
        this.plain = Buffer.buffer(content);
        this.contentType = contentType;
        this.compressible = compressible && content.length >= GZIP_BYTES_MIN;
    }

    /** @param name the file's name, whose ending says the type */
    public static Asset of(String name, byte[] content) {
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String text = TEXT_TYPES.get(ending);
        return text != null
                ? new Asset(content, text, true)
                : new Asset(content, BINARY_TYPES.getOrDefault(ending, "application/octet-stream"), false);
    }

    /** The content, not to be changed. */
    public Buffer content() {
        return plain;
    }

    String contentType() {
        return contentType;
    }

    boolean compressible() {
        return compressible;
    }

    /** A strong ETag; the two forms are different bytes and so have different ones. */
    String etag(boolean gzipped) {
        String made = hash;
        if (made == null) {
            made = hash(plain.getBytes());
            hash = made;
        }
        return gzipped ? "\"" + made + "-gzip\"" : "\"" + made + "\"";
    }

    /** The gzip form. Two threads may both make it; either is right. */
    Buffer gzip() {
        Buffer made = gzip;
        if (made == null) {
            made = compress(plain.getBytes());
            gzip = made;
        }
        return made;
    }

    private static Buffer compress(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length / 3);
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    private static String hash(byte[] content) {
        return HexFormat.of().formatHex(Sha256.of(content), 0, 12);
    }
}
