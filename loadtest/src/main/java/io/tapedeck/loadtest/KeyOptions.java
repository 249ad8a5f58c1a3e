package io.tapedeck.loadtest;

import picocli.CommandLine.Option;

/** What every command that cannot do without recorders must be told. */
final class KeyOptions {
    @Option(names = "--key", required = true, description = "Write key of the project.")
    String key;
}
