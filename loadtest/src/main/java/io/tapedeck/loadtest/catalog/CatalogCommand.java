package io.tapedeck.loadtest.catalog;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.loadtest.catalog.ListQueries.Kind;
import io.tapedeck.loadtest.codec.Table;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.catalog.JdbcCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Fills a catalog with made-up sessions and measures every filter and order of the list in it. */
@Command(
        name = "catalog",
        mixinStandardHelpOptions = true,
        description = {
            "Commits made-up sessions to a catalog as gateways do, and then says how long each filter and each order of the",
            "list takes. Needs no server. The same seed and number give the same sessions and queries. A catalog that this",
            "command has filled with as many before is measured as it is; any other that is not empty is refused."
        })
public final class CatalogCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--sessions", defaultValue = "1000000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int sessions;

    @Option(
            names = "--segment-sessions",
            defaultValue = "5000",
            description = "How many are committed at once (default: ${DEFAULT-VALUE}).")
    private int segmentSessions;

    @Option(names = "--queries", defaultValue = "200", description = "Of each kind (default: ${DEFAULT-VALUE}).")
    private int queries;

    @Option(
            names = "--seconds-max",
            defaultValue = "20",
            description = "No further query of a kind is begun after so long (default: ${DEFAULT-VALUE}).")
    private int secondsMax;

    @Option(
            names = "--catalog",
            description =
                    "An SQLite file, jdbc:sqlite:… or jdbc:postgresql:…; if not said, a file that is deleted afterwards.")
    private String catalog;

    @Option(names = "--user", description = "PostgreSQL's, if the address does not say it.")
    private String user;

    @Option(names = "--password", description = "PostgreSQL's; or the variable TAPEDECK_CATALOG_PASSWORD.")
    private String password = System.getenv("TAPEDECK_CATALOG_PASSWORD");

    @Option(names = "--seed", defaultValue = "1", description = "Of all chances (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", description = "Where to write the result.")
    private Path json;

    private final Table run = new Table();
    private final Table lists = new Table();

    @Override
    public Integer call() throws Exception {
        if (sessions < 100 || segmentSessions < 1 || queries < 1 || secondsMax < 1) {
            throw new ParameterException(
                    spec.commandLine(), "at least 100 sessions, and one of everything else, are needed");
        }
        if (catalog != null) {
            measure(new CatalogDatabase(catalog, user, password));
        } else {
            Path folder = Files.createTempDirectory("tapedeck-catalog");
            try {
                measure(new CatalogDatabase(folder.resolve("catalog.db").toString(), null, null));
            } finally {
                delete(folder);
            }
        }
        run.print(System.out);
        System.out.println();
        lists.print(System.out);
        if (json != null) {
            Map<String, Table> tables = new LinkedHashMap<>();
            tables.put("run", run);
            tables.put("lists", lists);
            Table.write(json, tables);
        }
        return 0;
    }

    private void measure(CatalogDatabase database) throws SQLException {
        SyntheticSessions synthetic = new SyntheticSessions(sessions, seed);
        try (JdbcCatalog opened = JdbcCatalog.open(database.settings(), new SimpleMeterRegistry())) {
            double seconds =
                    isFilled(opened) ? 0 : new CatalogFill(opened, synthetic, segmentSessions, System.err).run();
            database.tidy();
            run.row()
                    .put("database", database.product())
                    .put("sessions", opened.totals().sessions())
                    .put("distinct texts", database.terms())
                    .put("MB", database.bytes() / 1e6)
                    .put("filled in s", seconds);
            ListTiming timing = new ListTiming(opened, queries, secondsMax, seed);
            for (Kind kind : ListQueries.of(synthetic)) {
                timing.measure(kind, lists);
            }
        }
    }

    private boolean isFilled(JdbcCatalog opened) {
        List<String> projects = opened.projects().stream().map(Project::slug).toList();
        long found = opened.totals().sessions();
        if (projects.isEmpty() && found == 0) {
            return false;
        }
        if (!projects.equals(List.of(SyntheticSessions.PROJECT)) || found != sessions) {
            throw new ParameterException(
                    spec.commandLine(),
                    "the catalog is not empty, and it is not one that this command has filled with " + sessions
                            + " sessions");
        }
        return true;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(CatalogCommand::deleteOne);
        }
    }

    private static void deleteOne(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
