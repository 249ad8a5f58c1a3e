package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tapedeck user} of the real jar, beside a running server and without one. */
class UserCommandIT {
    private static final Pattern MADE = Pattern.compile("Its password: (\\S{20})");

    @TempDir
    Path folder;

    @Test
    void accounts_areListedAddedAndChanged_besideARunningServer() throws IOException {
        Path data = folder.resolve("data");
        Path secret = Files.writeString(folder.resolve("secret"), "an old password\nsecond line\n");
        try (ServerProcess server = ServerProcess.start(data, Map.of())) {
            ApiClient client = new ApiClient(server.base());
            assertThat(run(data, 0, "user", "list")).containsPattern("admin +admin");

            assertThat(run(data, 0, "user", "add", "ana.kowalska", "--role", "viewer", "--password-file", secret + ""))
                    .contains("Added ana.kowalska.")
                    .doesNotContain("an old password");
            assertThat(client.logIn("ana.kowalska", "an old password")).isEqualTo(200);
            assertThat(run(data, 1, "user", "add", "ANA.kowalska", "--role", "viewer"))
                    .contains("TAKEN");

            assertThat(run(data, 2, "user", "add", "ana k", "--role", "viewer")).contains("an account's name has");

            String made = made(run(data, 0, "user", "password", "ana.kowalska"));
            assertThat(client.logIn("ana.kowalska", "an old password")).isEqualTo(401);
            assertThat(client.logIn("ana.kowalska", made)).isEqualTo(200);

            assertThat(run(data, 0, "user", "role", "ana.kowalska", "admin")).contains("is admin");
            assertThat(run(data, 0, "user", "list")).containsPattern("ana.kowalska +admin +1");
            assertThat(run(data, 0, "user", "remove", "admin")).contains("Removed admin.");
            assertThat(run(data, 1, "user", "remove", "ana.kowalska")).contains("LAST_ADMIN");
            assertThat(run(data, 1, "user", "password", "nobody")).contains("NOT_FOUND");
            server.stop();
        }
    }

    @Test
    void lostPassword_isReplaced_whereNoServerRuns() throws IOException {
        Path data = folder.resolve("data");
        try (ServerProcess server = ServerProcess.start(data, Map.of())) {
            server.stop();
        }
        String made = made(run(data, 0, "user", "password", "admin"));
        assertThat(run(data, 1, "user", "remove", "admin")).contains("the last account that is an admin");
        assertThat(run(data, 1, "user", "add", "Admin", "--role", "viewer")).contains("the name is taken");
        assertThat(run(data, 2, "user", "add", "ana k", "--role", "viewer")).contains("an account's name has");
        assertThat(run(data, 2, "user", "add", "x", "--role", "owner")).contains("no role owner");
        assertThat(run(data, 2, "user")).contains("Missing required subcommand");
        assertThat(run(data, 2, "user", "add", "x", "--role", "viewer", "--password-file", folder.resolve("none") + ""))
                .contains("cannot be read");

        try (ServerProcess server = ServerProcess.start(data, Map.of())) {
            assertThat(new ApiClient(server.base()).logIn("admin", made)).isEqualTo(200);
            assertThat(new ApiClient(server.base()).logIn("admin", ServerProcess.PASSWORD))
                    .isEqualTo(401);
            server.stop();
        }
    }

    @Test
    void folderThatIsNotThere_isNotMade() throws IOException {
        Path data = folder.resolve("nowhere");
        assertThat(run(data, 1, "user", "list")).contains("There is no data folder at");
        assertThat(data).doesNotExist();
    }

    @Test
    void folderWithoutACatalog_getsNone() throws IOException {
        assertThat(run(folder, 1, "user", "add", "ana", "--role", "admin")).contains("There is no catalog at");
        assertThat(folder.resolve("catalog.db")).doesNotExist();
    }

    private static String made(String printed) {
        Matcher made = MADE.matcher(printed);
        assertThat(made.find()).as(printed).isTrue();
        return made.group(1);
    }

    private static String run(Path data, int exitCode, String... command) throws IOException {
        ServerProcess.Ended ended = ServerProcess.runToEnd(data, Map.of(), command);
        assertThat(ended.exitCode()).as(ended.printed()).isEqualTo(exitCode);
        return ended.printed();
    }
}
