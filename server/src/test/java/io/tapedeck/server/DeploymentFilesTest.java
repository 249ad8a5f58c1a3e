package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import io.tapedeck.server.config.Configuration;
import io.tapedeck.server.config.Setting;
import io.tapedeck.server.config.Settings;
import io.tapedeck.store.catalog.CatalogSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files in {@code docker/}: Kubernetes' own schema holds for the manifests (models made of its OpenAPI description:
 * required fields, no unknown ones, down to the containers), what they set are settings, and they fit together.
 */
class DeploymentFilesTest {
    private static final Path DOCKER = Path.of("../docker");
    private static final Path KUBERNETES = DOCKER.resolve("kubernetes");
    private static final String KUSTOMIZATION = "kustomization.yaml";
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Pattern VARIABLE = Pattern.compile("TAPEDECK_[A-Z0-9_]+");
    private static final Pattern ASSIGNED = Pattern.compile("(?m)^ +(TAPEDECK_[A-Z0-9_]+): (.+)$");
    /** Variables of compose files alone, which say where its own files and port are. */
    private static final Set<String> OF_COMPOSE = Set.of("TAPEDECK_SECRETS", "TAPEDECK_PUBLISH");

    /** Its own default, less those that it keeps for its administrators. */
    private static final int POSTGRESQL_CONNECTIONS = 97;

    private static final Map<String, Schema> SCHEMAS = Map.of(
            "v1 Namespace", V1Namespace::validateJsonElement,
            "v1 ConfigMap", V1ConfigMap::validateJsonElement,
            "v1 Service", V1Service::validateJsonElement,
            "apps/v1 Deployment", V1Deployment::validateJsonElement,
            "apps/v1 StatefulSet", V1StatefulSet::validateJsonElement,
            "autoscaling/v2 HorizontalPodAutoscaler", V2HorizontalPodAutoscaler::validateJsonElement,
            "networking.k8s.io/v1 Ingress", V1Ingress::validateJsonElement,
            "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement);

    /** Throws if a document is not of its schema. */
    private interface Schema {
        void check(JsonElement document) throws IOException;
    }

    static List<String> manifests() throws IOException {
        try (Stream<Path> files = Files.list(KUBERNETES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(KUSTOMIZATION))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void manifest_isOfItsSchema(String name) throws IOException {
        List<JsonNode> documents = documents(KUBERNETES.resolve(name));

        assertThat(documents).isNotEmpty();
        for (JsonNode document : documents) {
            check(document);
        }
    }

    /** Else the test above would say nothing. */
    @Test
    void schema_ofAContainerWithAnUnknownField_doesNotHold() throws IOException {
        JsonNode document = workload("recorder.yaml");
        ((ObjectNode) document.at("/spec/template/spec/containers/0")).put("imagePulPolicy", "Always");

        assertThatThrownBy(() -> check(document)).hasMessageContaining("imagePulPolicy");
    }

    @Test
    void kustomization_hasEveryManifest() throws IOException {
        JsonNode kustomization = documents(KUBERNETES.resolve(KUSTOMIZATION)).get(0);

        List<String> listed = new ArrayList<>();
        kustomization.path("resources").forEach(resource -> listed.add(resource.asText()));

        assertThat(listed).containsExactlyInAnyOrderElementsOf(manifests());
    }

    @Test
    void variables_areSettings() throws IOException {
        Set<String> used = new TreeSet<>();
        try (Stream<Path> files = Files.walk(DOCKER)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
                VARIABLE.matcher(Files.readString(file))
                        .results()
                        .map(MatchResult::group)
                        .forEach(used::add);
            }
        }
        used.removeAll(OF_COMPOSE);

        assertThat(used).isNotEmpty().isSubsetOf(variablesOfSettings());
    }

    /** As Compose reads the file where none of the variables that it passes on is set; all secrets are one file. */
    @Test
    void composeFile_alone_setsWhatTheServerTakes(@TempDir Path folder) throws IOException {
        String secret = Files.writeString(folder.resolve("secret"), "a-secret-of-some-length")
                .toString();
        Map<String, String> environment = new HashMap<>();
        ASSIGNED.matcher(Files.readString(DOCKER.resolve("compose.scaled.yaml")))
                .results()
                .forEach(found -> environment.put(
                        found.group(1),
                        found.group(1).endsWith("_FILE")
                                ? secret
                                : found.group(2).replaceAll("\\$\\{\\w+:-([^}]*)}", "$1")));

        assertThat(environment).containsEntry("TAPEDECK_INTERNAL_PORT", "8081");
        assertThatCode(() -> Configuration.load(null, environment, Map.of())).doesNotThrowAnyException();
    }

    /** The process itself gives its parts three seconds to answer, and one more to say so is not too much. */
    @ParameterizedTest
    @ValueSource(strings = {"recorder.yaml", "playback.yaml", "upkeep.yaml"})
    void readinessProbe_waitsForTheAnswer(String name) throws IOException {
        JsonNode probe = workload(name).at("/spec/template/spec/containers/0/readinessProbe");

        assertThat(probe.path("timeoutSeconds").asInt()).isGreaterThanOrEqualTo(4);
    }

    /** What a recorder refuses is sent again; of what the ingress controller refuses for it, SDKs drop some. */
    @Test
    void recorderThatIsNotReady_getsUploadsAllTheSame() throws IOException {
        JsonNode probe = workload("recorder.yaml").at("/spec/template/spec/containers/0/readinessProbe");

        assertThat(probe.at("/httpGet/path").asText()).isEqualTo(HealthRoutes.LIVE_PATH);
    }

    /** Else each time that the manifests are applied undoes what the autoscaler has done. */
    @ParameterizedTest
    @ValueSource(strings = {"playback.yaml", "upkeep.yaml"})
    void numberOfProcesses_isTheAutoscalersAlone(String name) throws IOException {
        assertThat(ofKind(name, "HorizontalPodAutoscaler").at("/spec/scaleTargetRef/name"))
                .isEqualTo(workload(name).at("/metadata/name"));
        assertThat(workload(name).path("spec").has("replicas")).isFalse();
    }

    @Test
    void processes_fitIntoPostgresqlAsItComes() throws IOException {
        CatalogSettings settings = CatalogSettings.of("jdbc:postgresql://postgres/tapedeck");
        int processes = workload("recorder.yaml").at("/spec/replicas").asInt()
                + ofKind("playback.yaml", "HorizontalPodAutoscaler")
                        .at("/spec/maxReplicas")
                        .asInt()
                + ofKind("upkeep.yaml", "HorizontalPodAutoscaler")
                        .at("/spec/maxReplicas")
                        .asInt();

        assertThat(processes * (settings.writersMax() + settings.readersMax())).isLessThan(POSTGRESQL_CONNECTIONS);
    }

    /** Without one, a controller that is not its cluster's default passes it over. */
    @Test
    void ingress_namesItsClass() throws IOException {
        assertThat(ofKind("ingress.yaml", "Ingress")
                        .at("/spec/ingressClassName")
                        .asText())
                .isEqualTo("nginx");
    }

    /** Several services that build one image at the same time are in each other's way. */
    @ParameterizedTest
    @ValueSource(strings = {"compose.yaml", "compose.scaled.yaml"})
    void composeFile_buildsTheImageOnce(String name) throws IOException {
        assertThat(Files.readString(DOCKER.resolve(name))).containsOnlyOnce(" build:\n");
    }

    @Test
    void balancer_takesTheRequestsThatTheServerTakes() throws IOException {
        Matcher buffer = Pattern.compile("tune\\.bufsize (\\d+)")
                .matcher(Files.readString(DOCKER.resolve("scaled/haproxy.cfg")));

        assertThat(buffer.find()).isTrue();
        assertThat(Integer.parseInt(buffer.group(1))).isGreaterThan(HttpListener.HEAD_BYTES_MAX);
    }

    /** Where they are said twice, as two collectors are, Java does not start. */
    @Test
    void image_leavesHeapAndCollectorToOneVariable() throws IOException {
        String image = Files.readString(DOCKER.resolve("Dockerfile"));

        assertThat(image).contains("ENV JDK_JAVA_OPTIONS=").contains("CMD [\"env\", \"-u\", \"JDK_JAVA_OPTIONS\",");
        assertThat(image.substring(image.indexOf("ENTRYPOINT")))
                .doesNotContain("GC")
                .doesNotContain("-Xm");
    }

    /** What the processes of a role are made by. */
    private static JsonNode workload(String name) throws IOException {
        return ofKind(name, name.equals("recorder.yaml") ? "StatefulSet" : "Deployment");
    }

    private static JsonNode ofKind(String name, String kind) throws IOException {
        return documents(KUBERNETES.resolve(name)).stream()
                .filter(document -> document.path("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static void check(JsonNode document) throws IOException {
        String kind = document.path("apiVersion").asText() + " "
                + document.path("kind").asText();
        assertThat(SCHEMAS).containsKey(kind);
        SCHEMAS.get(kind).check(JsonParser.parseString(document.toString()));
    }

    private static Set<String> variablesOfSettings() {
        return Settings.all().stream().flatMap(DeploymentFilesTest::variables).collect(Collectors.toSet());
    }

    private static Stream<String> variables(Setting<?> setting) {
        String variable = setting.variable();
        return setting.secret() ? Stream.of(variable, variable + "_FILE") : Stream.of(variable);
    }

    private static List<JsonNode> documents(Path file) throws IOException {
        return YAML.readerFor(JsonNode.class)
                .<JsonNode>readValues(file.toFile())
                .readAll();
    }
}
