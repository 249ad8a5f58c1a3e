package io.tapedeck.loadtest;

import picocli.CommandLine.Option;

/** Which project of which server a command works against. */
class ProjectOptions extends ServerOptions {
    @Option(names = "--project", defaultValue = "default", description = "Project that the key writes to.")
    private String project;

    Project project() {
        return new Project(server(), project, token);
    }
}
