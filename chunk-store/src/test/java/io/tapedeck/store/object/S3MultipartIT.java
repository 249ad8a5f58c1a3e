package io.tapedeck.store.object;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Amazon's server is told of an object that is put in parts: the client is not given an endpoint, as is so there. */
class S3MultipartIT {
    /** Where the SDK takes Amazon's server to be. */
    private static final String ENDPOINT = "aws.endpointUrlS3";

    private HttpServer server;
    private volatile String partTrailer;
    private volatile String algorithm;
    private volatile String completion;

    @BeforeEach
    void openServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        System.setProperty(ENDPOINT, "http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void closeServer() {
        System.clearProperty(ENDPOINT);
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream body = exchange.getRequestBody()) {
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            String method = exchange.getRequestMethod();
            if (method.equals("POST") && query.startsWith("uploads")) {
                algorithm = exchange.getRequestHeaders().getFirst("x-amz-checksum-algorithm");
                reply(
                        exchange,
                        200,
                        "<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>");
            } else if (method.equals("POST")) {
                completion = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                reply(exchange, 200, "<CompleteMultipartUploadResult><ETag>all</ETag></CompleteMultipartUploadResult>");
            } else if (query.contains("partNumber")) {
                partTrailer = exchange.getRequestHeaders().getFirst("x-amz-trailer");
                body.transferTo(OutputStream.nullOutputStream());
                exchange.getResponseHeaders().add("ETag", "\"part\"");
                exchange.getResponseHeaders().add("x-amz-checksum-crc32", "AAAAAA==");
                reply(exchange, 200, "");
            } else {
                body.transferTo(OutputStream.nullOutputStream());
                boolean isObject = exchange.getRequestURI().getPath().endsWith("/large");
                reply(exchange, isObject ? 404 : 200, "");
            }
        }
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Test
    void put_inPartsAtAmazon_namesThePartsByTheChecksumsTheyWereSentWith() {
        S3Settings settings = S3Settings.of(URI.create("s3://bucket"))
                .withRegion("us-east-1")
                .withCredentials("access", "secret")
                .withPathStyle(true);
        try (S3ObjectStore store = new S3ObjectStore(settings)) {
            store.put("large", ByteBuffer.allocate((int) S3Put.SINGLE_BYTES_MAX + 1))
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
        }

        assertThat(partTrailer).isEqualTo("x-amz-checksum-crc32");
        assertThat(algorithm).isEqualTo("CRC32");
        assertThat(completion.split("<ChecksumCRC32>AAAAAA==</ChecksumCRC32>", -1))
                .hasSize(4);
    }
}
