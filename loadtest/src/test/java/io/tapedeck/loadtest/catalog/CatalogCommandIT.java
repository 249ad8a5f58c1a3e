package io.tapedeck.loadtest.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tapedeck.store.catalog.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command itself, with few sessions. */
class CatalogCommandIT {
    private static final int SESSIONS = 2_000;

    @TempDir
    private Path folder;

    @Test
    void eachListOfAnSqliteFile_isMeasured_andFindsWhatItLooksFor() throws IOException {
        String file = folder.resolve("catalog.db").toString();

        assertMeasured(file);
    }

    @Test
    void aCatalogThatIsFilled_isMeasuredAgain_andAnotherIsRefused() throws IOException {
        String file = folder.resolve("catalog.db").toString();
        assertThat(run(file, SESSIONS)).isZero();
        JsonNode first = result();

        assertThat(run(file, SESSIONS)).isZero();

        assertThat(result().at("/run/0/sessions").asInt()).isEqualTo(SESSIONS);
        assertThat(sessionsByList(result())).isEqualTo(sessionsByList(first));
        assertThat(run(file, SESSIONS + 1)).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    @Test
    void eachListOfPostgres_findsTheSame() throws IOException {
        assertThat(run(folder.resolve("catalog.db").toString(), SESSIONS)).isZero();
        JsonNode sqlite = result();
        try (PostgresServer server = PostgresServer.start(folder.resolve("postgres"))) {
            JsonNode postgres = assertMeasured(server.newDatabase());

            assertThat(sessionsByList(postgres)).isEqualTo(sessionsByList(sqlite));
        }
    }

    private JsonNode assertMeasured(String catalog) throws IOException {
        assertThat(run(catalog, SESSIONS)).isZero();

        JsonNode result = result();
        assertThat(result.path("processors").asInt()).isPositive();
        assertThat(result.at("/run/0/sessions").asInt()).isEqualTo(SESSIONS);
        assertThat(result.at("/run/0/MB").asDouble()).isPositive();
        assertThat(result.path("lists"))
                .hasSizeGreaterThan(40)
                .allSatisfy(row -> assertThat(row.path("queries").asInt()).isBetween(1, 3))
                .allSatisfy(row -> assertThat(row.path("p99 ms").asDouble())
                        .isBetween(
                                row.path("p50 ms").asDouble(),
                                row.path("max ms").asDouble()));
        assertThat(sessionsByList(result))
                .containsEntry("all, -startedAt", 50.0)
                .containsEntry("all, a later page", 50.0)
                .containsEntry("url, visited often, a later page", 50.0)
                .containsEntry("q, a session's id", 1.0)
                .containsEntry("user, of whom there is nothing", 0.0)
                .containsEntry("browser and os that many have, but none both", 0.0)
                .hasEntrySatisfying("user", found -> assertThat(found).isGreaterThanOrEqualTo(1))
                .hasEntrySatisfying(
                        "url, one of many", found -> assertThat(found).isGreaterThanOrEqualTo(1))
                .hasEntrySatisfying(
                        "tag, one of many", found -> assertThat(found).isGreaterThanOrEqualTo(1));
        return result;
    }

    /** How many sessions the answers had. */
    private static Map<String, Double> sessionsByList(JsonNode result) {
        Map<String, Double> found = new HashMap<>();
        result.path("lists")
                .forEach(row -> found.put(
                        row.path("list").asText(), row.path("sessions").asDouble()));
        return found;
    }

    private int run(String catalog, int sessions) {
        return new CommandLine(new CatalogCommand())
                .execute(
                        "--sessions=" + sessions,
                        "--segment-sessions=500",
                        "--queries=3",
                        "--catalog=" + catalog,
                        "--json=" + folder.resolve("out.json"));
    }

    private JsonNode result() throws IOException {
        return new ObjectMapper().readTree(folder.resolve("out.json").toFile());
    }
}
