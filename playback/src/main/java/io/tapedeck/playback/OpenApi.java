package io.tapedeck.playback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Access;
import io.tapedeck.playback.Endpoint.Answer;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The OpenAPI 3.1 document, made from the endpoints and from the schemas in {@code schemas.json} when it is first asked for. Thread-safe. */
final class OpenApi {
    private static final String SCHEMAS = "schemas.json";
    private static final String DESCRIPTION = """
            Reading what Tapedeck has recorded. Instants are epoch milliseconds, ranges are half-open, what is not \
            known is null. Every GET can be a HEAD. Unknown and repeated query parameters are refused. Later versions \
            of v1 only add: ignore members that you don't know.""";

    private final List<Endpoint> endpoints;
    /** Null until it is made; not changed from then on. */
    private ObjectNode document;

    OpenApi(List<Endpoint> endpoints) {
        this.endpoints = List.copyOf(endpoints);
    }

    /** @param prefix the path in front of every address */
    Buffer json(String prefix) {
        ObjectNode served = document().deepCopy();
        served.putArray("servers").addObject().put("url", prefix.isEmpty() ? "/" : prefix);
        return Json.encode(served);
    }

    private synchronized ObjectNode document() {
        if (document == null) {
            document = describe(endpoints);
        }
        return document;
    }

    private static ObjectNode describe(List<Endpoint> endpoints) {
        ObjectNode document = Json.MAPPER.createObjectNode().put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Tapedeck")
                .put("version", "1")
                .put("description", DESCRIPTION)
                .putObject("license")
                .put("name", "Apache-2.0")
                .put("identifier", "Apache-2.0");
        ObjectNode paths = document.putObject("paths");
        for (Endpoint endpoint : endpoints) {
            paths.withObjectProperty(endpoint.path())
                    .set(endpoint.method().name().toLowerCase(Locale.ROOT), operation(endpoint));
        }
        ObjectNode components = document.putObject("components");
        components.set("schemas", schemas());
        ObjectNode security = components.putObject("securitySchemes");
        security.putObject("token").put("type", "http").put("scheme", "bearer");
        security.putObject("login").put("type", "apiKey").put("in", "cookie").put("name", LoginCookie.NAME);
        return document;
    }

    private static ObjectNode operation(Endpoint endpoint) {
        ObjectNode operation = Json.MAPPER.createObjectNode();
        operation.put("operationId", endpoint.name()).put("summary", endpoint.summary());
        ArrayNode security = operation.putArray("security");
        if (endpoint.needsLogin()) {
            security.addObject().putArray("token");
            security.addObject().putArray("login");
        }
        if (endpoint.access() == Access.ADMIN) {
            operation.put("description", "For admins only.");
        }
        if (!endpoint.parameters().isEmpty()) {
            ArrayNode parameters = operation.putArray("parameters");
            endpoint.parameters().forEach(parameter -> parameters.add(parameter(parameter)));
        }
        if (endpoint.requestSchema() != null) {
            ObjectNode body = operation.putObject("requestBody").put("required", true);
            body.putObject("content").set("application/json", schema(endpoint.requestSchema()));
        }
        operation.set("responses", responses(endpoint));
        return operation;
    }

    private static ObjectNode parameter(Parameter<?> parameter) {
        boolean inPath = parameter.place() == Parameter.Place.PATH;
        ObjectNode described = Json.MAPPER
                .createObjectNode()
                .put("name", parameter.name())
                .put("in", inPath ? "path" : "query")
                .put("description", parameter.description())
                .put("required", inPath);
        JsonNode schema = parameter.schema();
        if (schema.path("type").asText().equals("array")) {
            described.put("style", "form").put("explode", false);
        }
        described.set("schema", schema);
        return described;
    }

    private static ObjectNode responses(Endpoint endpoint) {
        ObjectNode responses = Json.MAPPER.createObjectNode();
        Answer answer = endpoint.answer();
        ObjectNode success = responses.putObject(Integer.toString(answer.status()));
        success.put("description", answer.description());
        if (answer.conditional()) {
            header(success, "ETag", "string");
            header(success, EventEndpoints.REV_HEADER, "integer");
            responses.putObject("304").put("description", "The client has it already");
        }
        if (LiveEndpoints.EVENT_STREAM.equals(answer.mediaType())) {
            responses.putObject("204").put("description", "There is nothing more to follow");
        }
        if (answer.mediaType() != null) {
            JsonNode content = answer.schema() == null ? Json.MAPPER.createObjectNode() : schema(answer.schema());
            success.putObject("content").set(answer.mediaType(), content);
        }
        Map<Integer, List<ProblemCode>> byStatus = endpoint.allProblems().stream()
                .sorted()
                .collect(Collectors.groupingBy(ProblemCode::status, TreeMap::new, Collectors.toList()));
        byStatus.forEach((status, codes) -> responses.set(Integer.toString(status), problem(status, codes)));
        return responses;
    }

    private static ObjectNode problem(int status, List<ProblemCode> codes) {
        ObjectNode response = Json.MAPPER
                .createObjectNode()
                .put(
                        "description",
                        codes.stream().map(code -> code + ": " + code.title()).collect(Collectors.joining("; ")));
        if (status == 429 || status == 503) {
            header(response, "Retry-After", "integer");
        }
        response.putObject("content").set(Problem.CONTENT_TYPE, schema("Problem"));
        return response;
    }

    private static void header(ObjectNode response, String name, String type) {
        response.withObjectProperty("headers")
                .putObject(name)
                .putObject("schema")
                .put("type", type);
    }

    private static ObjectNode schema(String name) {
        ObjectNode content = Json.MAPPER.createObjectNode();
        content.putObject("schema").put("$ref", "#/components/schemas/" + name);
        return content;
    }

    private static JsonNode schemas() {
        try (InputStream in = OpenApi.class.getResourceAsStream(SCHEMAS)) {
            return Json.MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + SCHEMAS, e);
        }
    }
}
