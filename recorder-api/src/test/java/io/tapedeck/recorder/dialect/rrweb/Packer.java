package io.tapedeck.recorder.dialect.rrweb;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.DeflaterOutputStream;

/** Packs as rrweb's packer does. */
public final class Packer {
    private Packer() {}

    /** The event as a JSON string literal. */
    public static String pack(String event) {
        return literal(event.substring(0, event.length() - 1) + ",\"v\":\"v1\"}");
    }

    /** Any text, compressed, as a JSON string literal. */
    public static String literal(String text) {
        return JsonNodeFactory.instance
                .textNode(new String(zlib(text), StandardCharsets.ISO_8859_1))
                .toString();
    }

    private static byte[] zlib(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
