package io.tapedeck.server.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Sends what the OTLP exporter has encoded with the JDK's HTTP client. Thread-safe. Each message is sent once and goes to the
 * configured address and nowhere else: redirects are not followed. Bodies of answers are not kept.
 */
final class JdkHttpSender implements HttpSender {
    private static final byte[] NOT_KEPT = {};

    private final HttpSenderConfig config;
    private final HttpClient client;

    JdkHttpSender(HttpSenderConfig config) {
        this.config = config;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(config.getConnectTimeout());
        if (config.getSslContext() != null) {
            builder.sslContext(config.getSslContext());
        }
        this.client = builder.build();
    }

    private record Answer(int status) implements HttpResponse {
        @Override
        public int getStatusCode() {
            return status;
        }

        @Override
        public String getStatusMessage() {
            return "HTTP status " + status;
        }

        @Override
        public byte[] getResponseBody() {
            return NOT_KEPT;
        }
    }

    @Override
    public void send(MessageWriter message, Consumer<HttpResponse> onResponse, Consumer<Throwable> onError) {
        HttpRequest request;
        try {
            request = request(message);
        } catch (IOException e) {
            onError.accept(e);
            return;
        }
        client.sendAsync(request, BodyHandlers.discarding()).whenComplete((answer, failure) -> {
            if (failure == null) {
                onResponse.accept(new Answer(answer.statusCode()));
            } else {
                onError.accept(failure);
            }
        });
    }

    private HttpRequest request(MessageWriter message) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(config.getEndpoint())
                .timeout(config.getTimeout())
                .header("Content-Type", config.getContentType());
        Map<String, List<String>> headers = config.getHeadersSupplier().get();
        if (headers != null) {
            headers.forEach((name, values) -> values.forEach(value -> request.header(name, value)));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream(Math.max(0, message.getContentLength()));
        Compressor compressor = config.getCompressor();
        if (compressor == null) {
            message.writeMessage(body);
        } else {
            request.header("Content-Encoding", compressor.getEncoding());
            try (OutputStream compressed = compressor.compress(body)) {
                message.writeMessage(compressed);
            }
        }
        return request.POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
    }

    /** The client's threads are daemons and end when nothing refers to it any more. */
    @Override
    public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
    }
}
