package io.tapedeck.server.cli;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.playback.PasswordHasher;
import io.tapedeck.playback.Secrets;
import io.tapedeck.server.storage.Stores;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.PeopleCatalog.Person;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tapedeck user}: the accounts of people, also when nobody can log in any more. */
@Command(
        name = "user",
        description = {
            "Lists, adds, changes and removes the accounts of people. With PostgreSQL it changes the catalog while servers",
            "run; with SQLite it goes through the server if one runs on the data folder, and does it by itself if not."
        })
public final class UserCommand {
    private static final int PASSWORD_LENGTH = 20;
    private static final String STANDARD_INPUT = "-";

    private final ToolContext context;

    public UserCommand(ToolContext context) {
        this.context = context;
    }

    @Command(name = "list", description = "Prints each account's name, role and number of logins.")
    int list() throws Exception {
        List<Person> all = reach(People::all);
        all.forEach(person ->
                context.out().printf("%-30s %-7s %d%n", person.name(), People.word(person.role()), person.logins()));
        context.out().flush();
        return 0;
    }

    @Command(name = "add", description = "Adds an account.")
    int add(
            @Parameters(paramLabel = "NAME", description = "What the person logs in with.") String name,
            @Option(names = "--role", paramLabel = "ROLE", required = true, description = "admin or viewer.")
                    String role,
            @Mixin GivenPassword given)
            throws Exception {
        Role parsed = role(role);
        Password password = given.read();
        change(people -> people.add(name, parsed, password.text()));
        return done("Added " + name + ".", password);
    }

    @Command(name = "password", description = "Gives an account another password, which ends its logins.")
    int password(@Parameters(paramLabel = "NAME", description = "The account.") String name, @Mixin GivenPassword given)
            throws Exception {
        Password password = given.read();
        change(people -> people.change(name, null, password.text()));
        return done("Changed the password of " + name + ".", password);
    }

    @Command(name = "role", description = "Gives an account another role.")
    int role(
            @Parameters(index = "0", paramLabel = "NAME", description = "The account.") String name,
            @Parameters(index = "1", paramLabel = "ROLE", description = "admin or viewer.") String role)
            throws Exception {
        Role given = role(role);
        change(people -> people.change(name, given, null));
        return done(name + " is " + People.word(given) + ".", null);
    }

    @Command(name = "remove", description = "Removes an account. Its logins end; what it did stays in the audit trail.")
    int remove(@Parameters(paramLabel = "NAME", description = "The account.") String name) throws Exception {
        change(people -> people.remove(name));
        return done("Removed " + name + ".", null);
    }

    /** @param made whether nobody knows it yet */
    private record Password(String text, boolean made) {}

    /** How a password to be set is given; picocli makes it and sets its field. */
    static final class GivenPassword {
        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description =
                        "File whose first line is the password, - for the standard input; without, one is made and"
                                + " printed.")
        private String file;

        Password read() throws IOException {
            if (file == null) {
                return new Password(Secrets.letters(PASSWORD_LENGTH), true);
            }
            String text = firstLine();
            if (text == null
                    || text.length() < PasswordHasher.PASSWORD_LENGTH_MIN
                    || text.length() > PasswordHasher.PASSWORD_LENGTH_MAX) {
                throw new UsageException("the password must have " + PasswordHasher.PASSWORD_LENGTH_MIN + " to "
                        + PasswordHasher.PASSWORD_LENGTH_MAX + " characters");
            }
            return new Password(text, false);
        }

        private String firstLine() throws IOException {
            if (file.equals(STANDARD_INPUT)) {
                return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            }
            try (BufferedReader lines = Files.newBufferedReader(Path.of(file))) {
                return lines.readLine();
            } catch (IOException e) {
                throw new UsageException("the password's file " + file + " cannot be read: " + e);
            }
        }
    }

    /** A change of the accounts. */
    private interface Change {
        void make(People people) throws InterruptedException;
    }

    private void change(Change change) throws Exception {
        reach(people -> {
            change.make(people);
            return true;
        });
    }

    private <T> T reach(Reach.Work<People, T> work) throws Exception {
        if (Stores.isShared(context.configuration())) {
            return inCatalog(context.folder(), work);
        }
        return Reach.run(
                context,
                folder -> inCatalog(folder.path(), work),
                server -> work.with(new People.ThroughServer(server)));
    }

    private <T> T inCatalog(Path folder, Reach.Work<People, T> work) throws Exception {
        Stores.requireCatalog(context.configuration(), folder);
        try (Stores stores = Stores.open(context.configuration(), folder, new SimpleMeterRegistry())) {
            return work.with(new People.InCatalog(stores.catalogs().people(), Clock.systemUTC()));
        }
    }

    private static Role role(String word) {
        return Arrays.stream(Role.values())
                .filter(role -> People.word(role).equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new UsageException("there is no role " + word + ", only "
                        + Arrays.stream(Role.values()).map(People::word).collect(Collectors.joining(" and "))));
    }

    private int done(String what, Password password) {
        context.out().println(what);
        if (password != null && password.made()) {
            context.out().println("Its password: " + password.text());
        }
        context.out().flush();
        return 0;
    }
}
