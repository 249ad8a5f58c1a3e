package io.tapedeck.server;

import io.tapedeck.server.cli.BackupCommand;
import io.tapedeck.server.cli.EraseCommand;
import io.tapedeck.server.cli.ExportCommand;
import io.tapedeck.server.cli.InspectCommand;
import io.tapedeck.server.cli.RecoverCommand;
import io.tapedeck.server.cli.ReindexCommand;
import io.tapedeck.server.cli.RestoreCommand;
import io.tapedeck.server.cli.ToolContext;
import io.tapedeck.server.cli.UsageException;
import io.tapedeck.server.cli.UserCommand;
import io.tapedeck.server.cli.VerifyCommand;
import io.tapedeck.server.config.Configuration;
import io.tapedeck.server.config.ConfigurationException;
import io.tapedeck.server.config.Setting;
import io.tapedeck.server.config.Settings;
import io.tapedeck.server.logging.Logs;
import io.tapedeck.server.storage.StartupException;
import io.tapedeck.store.StoreException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line. Exit codes: 0 done, 1 cannot start, not healthy, or something is wrong with what is
 * stored, 2 wrong use.
 *
 * <p>Each setting is a flag of every command; {@link Configuration} does the parsing, so that a flag and a variable are
 * read by the same rules.
 */
@Command(
        name = "tapedeck",
        description = "Records what visitors saw and did in a browser, and plays it back.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        scope = ScopeType.INHERIT)
public final class Main implements Callable<Integer>, ToolContext {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file with settings.",
            scope = ScopeType.INHERIT)
    private Path file;

    public static void main(String[] args) {
        boolean plain = args.length == 0 || (args.length == 1 && args[0].equals("serve"));
        System.exit(plain ? plainServe().execute() : commandLine().execute(args));
    }

    /** What serves without any flag, which needs neither the other commands nor the flags to be made first. */
    private static CommandLine plainServe() {
        return new CommandLine(new Main()).setExecutionExceptionHandler(Main::explain);
    }

    static CommandLine commandLine() {
        Main main = new Main();
        CommandSpec root = CommandSpec.forAnnotatedObject(main);
        for (Setting<?> setting : Settings.all()) {
            root.addOption(option(setting.flag(), setting.description()));
            if (setting.secret()) {
                root.addOption(option(setting.flag() + "-file", "File that holds " + setting.name() + "."));
            }
        }
        CommandLine commandLine = new CommandLine(root);
        commandLine.addSubcommand("serve", new Serve(main));
        commandLine.addSubcommand("config", new ShowConfig(main));
        commandLine.addSubcommand("health", new Health(main));
        commandLine.addSubcommand("verify", new VerifyCommand(main));
        commandLine.addSubcommand("reindex", new ReindexCommand(main));
        commandLine.addSubcommand("export", new ExportCommand(main));
        commandLine.addSubcommand("erase", new EraseCommand(main));
        commandLine.addSubcommand("user", new UserCommand(main));
        commandLine.addSubcommand("inspect", new InspectCommand(main));
        commandLine.addSubcommand("recover", new RecoverCommand(main));
        commandLine.addSubcommand("backup", new BackupCommand(main));
        commandLine.addSubcommand("restore", new RestoreCommand(main));
        commandLine.setExecutionExceptionHandler(Main::explain);
        return commandLine;
    }

    /** Without a command: serve. */
    @Override
    public Integer call() {
        return new Serve(this).call();
    }

    @Command(name = "serve", description = "Runs the server until it is told to stop (the default).")
    record Serve(Main main) implements Callable<Integer> {
        @Override
        public Integer call() {
            Configuration configuration = main.configuration();
            Logs.catchWhatNobodyCaught();
            Server server = Server.start(configuration);
            // Before anybody is told that it is there, and may stop it.
            server.stopOnSignal();
            PrintWriter out = main.out();
            server.announcement().forEach(out::println);
            out.flush();
            server.awaitStop();
            return 0;
        }
    }

    @Command(name = "config", description = "Prints each setting's value and where it comes from.")
    record ShowConfig(Main main) implements Callable<Integer> {
        @Override
        public Integer call() {
            main.configuration().describe().forEach(main.out()::println);
            main.out().flush();
            return 0;
        }
    }

    @Command(name = "health", description = "Asks the server on this machine whether it is ready.")
    record Health(Main main) implements Callable<Integer> {
        @Override
        public Integer call() {
            HealthProbe.Answer answer = HealthProbe.ask(main.configuration());
            main.out().println(answer.text());
            main.out().flush();
            return answer.ready() ? 0 : 1;
        }
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"tapedeck " + ProductVersion.VALUE};
        }
    }

    @Override
    public Configuration configuration() {
        Configuration configuration = Configuration.load(file, System.getenv(), flags());
        Logs.configure(configuration);
        return configuration;
    }

    @Override
    public PrintWriter out() {
        return spec.commandLine().getOut();
    }

    @Override
    public PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** The settings given as flags before or after the command's name. */
    private Map<String, String> flags() {
        Set<String> names = Settings.all().stream()
                .flatMap(setting -> Stream.of(setting.name(), setting.name() + "-file"))
                .collect(Collectors.toSet());
        Map<String, String> flags = new HashMap<>();
        for (ParseResult result = spec.commandLine().getParseResult();
                result != null;
                result = result.hasSubcommand() ? result.subcommand() : null) {
            for (OptionSpec option : result.matchedOptions()) {
                String name = option.longestName().substring(2);
                if (names.contains(name)) {
                    flags.put(name, option.getValue());
                }
            }
        }
        return flags;
    }

    private static OptionSpec option(String name, String description) {
        return OptionSpec.builder(name)
                .paramLabel("VALUE")
                .type(String.class)
                .description(description)
                .scopeType(ScopeType.INHERIT)
                .build();
    }

    private static int explain(Exception failure, CommandLine commandLine, ParseResult parsed) throws Exception {
        if (failure instanceof ConfigurationException || failure instanceof UsageException) {
            return fail(commandLine, failure.getMessage(), 2);
        }
        if (failure instanceof StartupException) {
            return fail(commandLine, failure.getMessage(), 1);
        }
        if (failure instanceof StoreException store) {
            return fail(commandLine, store.kind() + ": " + store.getMessage(), 1);
        }
        throw failure;
    }

    private static int fail(CommandLine commandLine, String message, int exitCode) {
        commandLine.getErr().println(message);
        commandLine.getErr().flush();
        return exitCode;
    }
}
