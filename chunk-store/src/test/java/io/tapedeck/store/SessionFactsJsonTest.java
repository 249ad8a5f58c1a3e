package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SessionFactsJsonTest {
    private static final JsonMapper USUAL = JsonMapper.builder()
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .withConfigOverride(
                    EventCounts.class,
                    counts -> counts.setInclude(JsonInclude.Value.construct(
                            JsonInclude.Include.NON_DEFAULT, JsonInclude.Include.USE_DEFAULTS)))
            .build();
    private static final JsonMapper OWN = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(new SessionFactsJson()))
            .build();

    @Test
    void facts_ofWhichAllIsKnown_areWrittenAsJacksonWouldAndReadBack() throws Exception {
        assertWritten(new SessionFacts(
                1,
                2,
                3,
                4,
                5,
                6,
                new EventCounts(1, 2, 3, 4, 5, 6, 7, 8),
                new PageVisit("https://a.example/ä", 9),
                new PageVisit("https://a.example/\"", 10),
                List.of("https://a.example/ä", "https://a.example/\""),
                new User("u1", JsonNodeFactory.instance.objectNode().put("plan", "pro"), 11),
                new TreeSet<>(List.of("u0", "u1")),
                "Chrome 156",
                "Linux",
                "desktop",
                "PL",
                "tapedeck/0.1.0",
                "1.2.3",
                new TreeMap<>(Map.of("team", "a", "zone", "😀")),
                new TreeSet<>(List.of("paid")),
                new TreeSet<>(List.of("w1", "w2")),
                new TreeSet<>(List.of("w1")),
                true));
    }

    @Test
    void facts_ofWhichLittleIsKnown_areWrittenAsJacksonWouldAndReadBack() throws Exception {
        assertWritten(new SessionFacts(
                1,
                2,
                3,
                4,
                0,
                0,
                EventCounts.NONE,
                null,
                null,
                List.of(),
                null,
                new TreeSet<>(),
                null,
                null,
                null,
                null,
                null,
                null,
                new TreeMap<>(),
                new TreeSet<>(),
                new TreeSet<>(),
                new TreeSet<>(),
                false));
    }

    private static void assertWritten(SessionFacts facts) throws Exception {
        String written = OWN.writeValueAsString(facts);

        assertThat(written).isEqualTo(USUAL.writeValueAsString(facts));
        assertThat(USUAL.readValue(written, SessionFacts.class)).isEqualTo(facts);
    }
}
