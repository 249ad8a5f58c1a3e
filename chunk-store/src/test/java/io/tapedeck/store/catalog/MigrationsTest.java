package io.tapedeck.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rule that lets processes of two versions share a catalog: a migration only adds, or its name says what every process
 * must know before it runs.
 */
class MigrationsTest {
    /** Nothing that was released works on fewer: these may do anything. */
    private static final int FIRST_RELEASED = 4;

    private static final Pattern NAME = Pattern.compile("V([0-9]+)__([a-z0-9_]+)\\.sql");

    /** Without them, an older process's inserts still work, or are refused as before. */
    private static final Pattern ADDS = Pattern.compile("create table \\S+ .*|create index .*|insert into .*|update .*"
            + "|alter table \\S+ add column \\S+ \\S+( not null default \\S+| default \\S+)?");

    private record Migration(int number, String description, List<String> statements) {}

    @Test
    void migrations_areNumberedWithoutAGap() throws Exception {
        List<Migration> all = all();

        assertThat(all)
                .extracting(Migration::number)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, all.size()).boxed().toList());
        assertThat(all).hasSizeGreaterThanOrEqualTo(FIRST_RELEASED);
    }

    @Test
    void migrations_addOnly_orSayWhatMustBeKnownBefore() throws Exception {
        for (Migration migration : all()) {
            if (migration.number() <= FIRST_RELEASED) {
                continue;
            }
            OptionalInt needed = TablesVersion.needed(migration.description());
            if (needed.isPresent()) {
                assertThat(needed.getAsInt())
                        .as("V%s needs one before it", migration.number())
                        .isLessThan(migration.number());
            } else {
                assertThat(migration.statements())
                        .as("V%s may only add, or be named V%1$s__needs_N_…", migration.number())
                        .allMatch(MigrationsTest::adds);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table note (id ${id} primary key, text text not null)",
                "create index note_by_text on note (text)",
                "alter table project add column capture text",
                "alter table project add column rev bigint not null default 1",
                "insert into counter (name, next_number) values ('note', 1)",
                "update project set rev = 2"
            })
    void aStatementThatAdds_isAllowed(String statement) {
        assertThat(adds(statement)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop table note",
                "drop index note_by_text",
                "create unique index note_by_text on note (text)",
                "alter table project add column rev bigint not null",
                "alter table project add column rev bigint unique",
                "alter table project drop column rev",
                "alter table project rename column rev to revision",
                "alter table project rename to site",
                "alter table project alter column rev set not null",
                "delete from project"
            })
    void aStatementThatAnOlderProcessMayStumbleOver_isNot(String statement) {
        assertThat(adds(statement)).isFalse();
    }

    private static boolean adds(String statement) {
        return ADDS.matcher(statement).matches();
    }

    private static List<Migration> all() throws IOException, URISyntaxException {
        Path folder = Path.of(TablesVersion.class.getResource("migrations").toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(MigrationsTest::read)
                    .sorted(Comparator.comparing(Migration::number))
                    .toList();
        }
    }

    private static Migration read(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        assertThat(name.matches()).as("name of %s", file).isTrue();
        try {
            String sql = Files.readString(file).replaceAll("--[^\n]*", " ").toLowerCase(Locale.ROOT);
            List<String> statements = Arrays.stream(sql.split(";"))
                    .map(statement -> statement.replaceAll("\\s+", " ").strip())
                    .filter(statement -> !statement.isEmpty())
                    .toList();
            return new Migration(Integer.parseInt(name.group(1)), name.group(2), statements);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
