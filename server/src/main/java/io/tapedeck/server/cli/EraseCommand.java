package io.tapedeck.server.cli;

import io.tapedeck.store.ErasureCatalog.Subject;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tapedeck erase}: a session, a user's sessions or a project, for good. */
@Command(
        name = "erase",
        description = {
            "Erases a session, a user's sessions, or a project with all its sessions, and prints the certificate once it is",
            "final. Goes through the server if one runs on the data folder, and does all of it by itself if not."
        })
public final class EraseCommand implements Callable<Integer> {
    private final ToolContext context;

    @Option(names = "--project", paramLabel = "P", required = true, description = "The project.")
    private String project;

    @Option(names = "--session", paramLabel = "S", description = "The session to erase.")
    private String session;

    @Option(names = "--user", paramLabel = "U", description = "The user whose sessions to erase.")
    private String user;

    @Option(names = "--all", description = "Erase the whole project; its slug stays taken.")
    private boolean all;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit trail and the certificate.")
    private String reason;

    @Option(
            names = "--wait",
            description = "With a server: wait, at most 15 minutes, until the certificate is final. Without: always.")
    private boolean wait;

    public EraseCommand(ToolContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        Subject subject = subject();
        return Reach.run(
                context,
                folder -> new LocalErasing(context, folder).erase(subject, reason),
                server -> new RemoteErasing(context, server).erase(subject, reason, wait));
    }

    private Subject subject() {
        long given =
                Stream.of(session != null, user != null, all).filter(one -> one).count();
        if (given != 1) {
            throw new UsageException("one of --session, --user and --all says what to erase");
        }
        if (session != null) {
            return Subject.session(ToolContext.session(project, session));
        }
        ToolContext.session(project, "any");
        return user != null ? Subject.user(project, user) : Subject.project(project);
    }
}
