package io.tapedeck.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A collector on a free port of 127.0.0.1, which takes OTLP over HTTP (protobuf) and keeps what it was told. */
final class OtlpCollector implements AutoCloseable {
    private final HttpServer server;
    /** What an export must have as its {@code Authorization}; null: nothing is asked. */
    private final String authorization;

    private final List<SentSpan> spans = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();

    /**
     * A span.
     *
     * @param parent the id of its parent, or an empty text
     * @param process what it comes from
     */
    record SentSpan(
            String trace,
            String id,
            String parent,
            String name,
            Map<String, String> attributes,
            Map<String, String> process) {}

    private OtlpCollector(HttpServer server, String authorization) {
        this.server = server;
        this.authorization = authorization;
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    static OtlpCollector open() {
        return open(null);
    }

    /** Takes only what comes with that {@code Authorization}; to all else it says 401. */
    static OtlpCollector open(String authorization) {
        try {
            return new OtlpCollector(
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), authorization);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    List<SentSpan> spans() {
        return List.copyOf(spans);
    }

    /** All bytes that it was ever sent, each as a character. */
    String everything() {
        return String.join("\n", bodies);
    }

    /** Each span's name behind those of the spans that it is a part of. */
    List<String> paths() {
        Map<String, SentSpan> byId = new HashMap<>();
        spans.forEach(span -> byId.put(span.id(), span));
        return byId.values().stream().map(span -> path(span, byId)).toList();
    }

    private static String path(SentSpan span, Map<String, SentSpan> byId) {
        SentSpan parent = byId.get(span.parent());
        return parent == null ? span.name() : path(parent, byId) + " > " + span.name();
    }

    Stream<SentSpan> named(String name) {
        return spans.stream().filter(span -> span.name().equals(name));
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (authorization != null
                && !authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
            return;
        }
        boolean protobuf =
                "application/x-protobuf".equals(exchange.getRequestHeaders().getFirst("Content-Type"));
        if (protobuf) {
            bodies.add(new String(body, StandardCharsets.ISO_8859_1));
            Message.of(ByteBuffer.wrap(body)).messages(1).forEach(this::takeResourceSpans);
        }
        exchange.sendResponseHeaders(protobuf ? 200 : 415, -1);
        exchange.close();
    }

    private void takeResourceSpans(Message resourceSpans) {
        Map<String, String> process = resourceSpans.messages(1).get(0).attributes(1);
        for (Message scopeSpans : resourceSpans.messages(2)) {
            for (Message span : scopeSpans.messages(2)) {
                spans.add(
                        new SentSpan(span.hex(1), span.hex(2), span.hex(4), span.text(5), span.attributes(9), process));
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** A protobuf message: its fields by number, each a Long or a ByteBuffer. */
    private record Message(Map<Integer, List<Object>> fields) {
        static Message of(ByteBuffer bytes) {
            Map<Integer, List<Object>> fields = new HashMap<>();
            bytes.order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining()) {
                int tag = (int) varint(bytes);
                Object value = switch (tag & 7) {
                    case 0 -> varint(bytes);
                    case 1 -> bytes.getLong();
                    case 2 -> slice(bytes, (int) varint(bytes));
                    case 5 -> (long) bytes.getInt();
                    default -> throw new AssertionError("no wire type of OTLP: " + (tag & 7));
                };
                fields.computeIfAbsent(tag >>> 3, number -> new ArrayList<>()).add(value);
            }
            return new Message(fields);
        }

        private static long varint(ByteBuffer bytes) {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = bytes.get();
                value |= (next & 0x7FL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }

        private static ByteBuffer slice(ByteBuffer bytes, int length) {
            ByteBuffer slice = bytes.slice(bytes.position(), length);
            bytes.position(bytes.position() + length);
            return slice;
        }

        private List<Object> values(int field) {
            return fields.getOrDefault(field, List.of());
        }

        List<Message> messages(int field) {
            return values(field).stream()
                    .map(value -> of(((ByteBuffer) value).duplicate()))
                    .toList();
        }

        String text(int field) {
            return values(field).stream()
                    .map(value -> StandardCharsets.UTF_8
                            .decode(((ByteBuffer) value).duplicate())
                            .toString())
                    .findFirst()
                    .orElse("");
        }

        String hex(int field) {
            return values(field).stream()
                    .map(value -> {
                        byte[] id = new byte[((ByteBuffer) value).remaining()];
                        ((ByteBuffer) value).duplicate().get(id);
                        return HexFormat.of().formatHex(id);
                    })
                    .findFirst()
                    .orElse("");
        }

        /** Texts and whole numbers. */
        Map<String, String> attributes(int field) {
            Map<String, String> attributes = new HashMap<>();
            for (Message attribute : messages(field)) {
                Message value = attribute.messages(2).get(0);
                Object number = value.values(3).stream().findFirst().orElse(null);
                attributes.put(attribute.text(1), number == null ? value.text(1) : number.toString());
            }
            return attributes;
        }
    }
}
