package io.tapedeck.playback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.tapedeck.store.ErasureCatalog.NodePassed;
import io.tapedeck.store.SessionPage;
import io.tapedeck.store.ViewCatalog.Sight;
import io.tapedeck.store.ViewCatalog.Viewer;
import io.tapedeck.store.ViewCatalog.ViewerKind;
import io.vertx.ext.web.Route;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The OpenAPI document against what is really served. */
class OpenApiTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private final Map<String, String> paths =
            new HashMap<>(Map.of("{project}", "default", "{session}", "known-1", "{erasure}", "er-1"));

    private final PlaybackServer server = new PlaybackServer();
    private JsonNode document;
    private JsonNode shared;
    private JsonNode note;

    @BeforeEach
    void read() throws Exception {
        server.reader.list = query -> new SessionPage(List.of(Samples.known(), Samples.unknown()), null);
        server.admin("DELETE", PlaybackServer.KNOWN + "?reason=asked+for", null);
        server.erasures.finish("er-1", FakeErasures.CERTIFICATE, Samples.START);
        server.admin("POST", "/api/v1/projects/default/subjects/ada%40example.com/erasure", null);
        server.erasures.nodes.add(new NodePassed("n1", 1, Samples.START));
        server.erasures.nodes.add(new NodePassed("n2", 0, 0));
        server.admin("POST", "/api/v1/projects/default/keys", "{}");
        server.admin("POST", "/api/v1/tokens", "{\"name\":\"ci\",\"role\":\"viewer\"}");
        shared = MAPPER.readTree(
                server.admin("POST", PlaybackServer.KNOWN + "/shares", "{}").body());
        server.views.noted.add(new Sight(Samples.KNOWN, new Viewer(ViewerKind.PERSON, "ada", null), Samples.START));
        paths.put("{token}", shared.path("token").asText());
        note = MAPPER.readTree(
                server.admin("POST", PlaybackServer.KNOWN + "/notes", "{\"text\":\"card declined\",\"atMs\":83000}")
                        .body());
        server.admin("POST", PlaybackServer.KNOWN + "/notes", "{\"text\":\"all of it\"}");
        HttpResponse<byte[]> answer = server.send("GET", "/api/v1/openapi.json", null);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        document = MAPPER.readTree(answer.body());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void document_hasExactlyTheRoutesThatAreMounted() {
        Set<String> documented = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(method -> documented.add(method + " " + path.getKey())));
        Set<String> mounted = new TreeSet<>();
        for (Route route : server.app.getRoutes()) {
            // Routes without methods are those that refuse other methods.
            if (route.getPath() != null && route.getPath().startsWith("/api/") && route.methods() != null) {
                String path = route.getPath().replaceAll(":(\\w+)", "{$1}");
                route.methods().stream()
                        .map(method -> method.name().toLowerCase(Locale.ROOT))
                        .filter(method -> !method.equals("head"))
                        .forEach(method -> mounted.add(method + " " + path));
            }
        }

        assertThat(documented).isNotEmpty().isEqualTo(mounted);
    }

    @Test
    void document_hasAllAddressesOfTheContract() {
        assertThat(document.path("paths").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "/api/v1/login",
                        "/api/v1/logout",
                        "/api/v1/me",
                        "/api/v1/me/password",
                        "/api/v1/tokens",
                        "/api/v1/tokens/{id}",
                        "/api/v1/users",
                        "/api/v1/users/{name}",
                        "/api/v1/audit",
                        "/api/v1/erasures",
                        "/api/v1/nodes",
                        "/api/v1/nodes/{node}/retirement",
                        "/api/v1/projects",
                        "/api/v1/projects/{project}",
                        "/api/v1/projects/{project}/audit",
                        "/api/v1/projects/{project}/erasures",
                        "/api/v1/projects/{project}/erasures/{erasure}",
                        "/api/v1/projects/{project}/erasures/{erasure}/certificate",
                        "/api/v1/projects/{project}/keys",
                        "/api/v1/projects/{project}/keys/{key}",
                        "/api/v1/projects/{project}/retention",
                        "/api/v1/projects/{project}/retention/preview",
                        "/api/v1/projects/{project}/storage",
                        "/api/v1/projects/{project}/subjects/{user}/erasure",
                        "/api/v1/projects/{project}/sessions",
                        "/api/v1/projects/{project}/sessions/{session}",
                        "/api/v1/projects/{project}/sessions/{session}/events",
                        "/api/v1/projects/{project}/sessions/{session}/live",
                        "/api/v1/projects/{project}/sessions/{session}/markers",
                        "/api/v1/projects/{project}/sessions/{session}/notes",
                        "/api/v1/projects/{project}/sessions/{session}/notes/{note}",
                        "/api/v1/projects/{project}/sessions/{session}/shares",
                        "/api/v1/projects/{project}/sessions/{session}/shares/{share}",
                        "/api/v1/projects/{project}/sessions/{session}/views",
                        "/api/v1/shares/{token}",
                        "/api/v1/shares/{token}/events",
                        "/api/v1/shares/{token}/manifest",
                        "/api/v1/shares/{token}/markers",
                        "/api/v1/openapi.json");
    }

    @Test
    void everyDocumentedParameter_isKnownAndNoOtherIs() throws Exception {
        for (JsonNode operation : gets()) {
            String path = filled(operation.path("path").asText());
            for (JsonNode parameter : operation.path("parameters")) {
                if (parameter.path("in").asText().equals("query")) {
                    String name = parameter.path("name").asText();
                    String detail = detail(path + "?" + name + "=1&" + name + "=1");
                    assertThat(detail).isEqualTo("parameter " + name + " is given more than once");
                }
            }
            assertThat(detail(path + "?undocumented=1")).isEqualTo("unknown parameter 'undocumented'");
        }
    }

    @Test
    void everyReference_leadsSomewhere() {
        List<JsonNode> references = document.findValues("$ref");

        assertThat(references).isNotEmpty();
        for (JsonNode reference : references) {
            assertThat(document.at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse();
        }
    }

    @Test
    void everySchema_isUsed() {
        Set<String> used = new LinkedHashSet<>();
        document.findValues("$ref").forEach(reference -> used.add(reference.asText()));

        document.at("/components/schemas")
                .fieldNames()
                .forEachRemaining(name -> assertThat(used).contains("#/components/schemas/" + name));
    }

    @Test
    void realAnswers_areOfTheirSchemas_withNoMemberThatIsNotDocumented() throws Exception {
        int checked = 0;
        for (JsonNode operation : gets()) {
            JsonNode schema = operation.at("/responses/200/content/application~1json/schema");
            if (!schema.isMissingNode()) {
                HttpResponse<byte[]> answer =
                        server.get(filled(operation.path("path").asText()));
                assertThat(answer.statusCode()).isEqualTo(200);
                assertValid(schema, answer.body());
                checked++;
            }
        }
        assertThat(checked).isEqualTo(24);
        assertThat(messages(schemaOf("CreatedShare"), shared)).isEmpty();
        assertThat(messages(schemaOf("Note"), note)).isEmpty();
        assertValid(
                schemaOf("Me"), server.login("admin", PlaybackServer.PASSWORD).body());
        assertValid(
                schemaOf("Manifest"),
                server.get("/api/v1/projects/default/sessions/unknown-2").body());
        assertValid(schemaOf("Problem"), server.get("/api/v1/me?x=1").body());
        assertValid(
                schemaOf("Problem"),
                server.get("/api/v1/projects/nobody/sessions").body());
    }

    @Test
    void schemas_refuseWhatIsOtherwise() throws Exception {
        ObjectNode session = (ObjectNode)
                MAPPER.readTree(server.get(PlaybackServer.KNOWN).body()).path("session");

        assertThat(messages(schemaOf("Session"), session)).isEmpty();
        assertThat(messages(schemaOf("Session"), session.deepCopy().put("more", 1)))
                .isNotEmpty();
        assertThat(messages(schemaOf("Session"), session.deepCopy().without("rev")))
                .isNotEmpty();
        assertThat(messages(schemaOf("Session"), session.deepCopy().put("phase", "over")))
                .isNotEmpty();
    }

    @Test
    void document_behindAPrefix_hasItAsServer() throws Exception {
        HttpResponse<byte[]> answer = server.send("GET", "/api/v1/openapi.json", null, "X-Forwarded-Prefix", "/r");

        assertThat(MAPPER.readTree(answer.body()).at("/servers/0/url").asText()).isEqualTo("/r");
        assertThat(document.at("/servers/0/url").asText()).isEqualTo("/");
    }

    private List<JsonNode> gets() {
        List<JsonNode> gets = new ArrayList<>();
        document.path("paths").properties().forEach(path -> {
            JsonNode get = path.getValue().path("get");
            if (!get.isMissingNode()) {
                gets.add(((ObjectNode) get.deepCopy()).put("path", path.getKey()));
            }
        });
        return gets;
    }

    private String filled(String path) {
        String filled = path;
        for (Map.Entry<String, String> part : paths.entrySet()) {
            filled = filled.replace(part.getKey(), part.getValue());
        }
        return filled;
    }

    private String detail(String path) throws Exception {
        return MAPPER.readTree(server.get(path).body()).path("detail").asText();
    }

    private JsonNode schemaOf(String name) {
        return MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + name);
    }

    private void assertValid(JsonNode schema, byte[] json) throws Exception {
        assertThat(messages(schema, MAPPER.readTree(json)))
                .as(() -> new String(json, StandardCharsets.UTF_8))
                .isEmpty();
    }

    /** The schema as clients have it, but closed: a member that is served must be documented. */
    private Set<String> messages(JsonNode schema, JsonNode json) {
        ObjectNode closed = MAPPER.createObjectNode();
        closed.set("components", document.path("components").deepCopy());
        closed.set("$ref", schema.path("$ref"));
        close(closed);
        JsonSchema validator =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(closed);
        Set<String> messages = new TreeSet<>();
        validator.validate(json).forEach(message -> messages.add(message.getMessage()));
        return messages;
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(OpenApiTest::close);
    }
}
