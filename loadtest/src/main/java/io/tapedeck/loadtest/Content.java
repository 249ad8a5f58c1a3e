package io.tapedeck.loadtest;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** An answer's body as the server meant it. */
final class Content {
    private Content() {}

    /**
     * @param coding the {@code Content-Encoding}, empty for none
     * @throws IOException if the coding is none that was asked for; while it is read, if the body is damaged or cut short
     */
    static InputStream decoded(String coding, InputStream body) throws IOException {
        return switch (coding) {
            case "" -> body;
            case "zstd" -> new ZstdInputStream(body);
            case "gzip" -> new GZIPInputStream(body);
            default -> throw new IOException("the content encoding is " + coding);
        };
    }

    static InputStream decoded(String coding, byte[] body) throws IOException {
        return decoded(coding, new ByteArrayInputStream(body));
    }
}
