package io.tapedeck.loadtest;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What a command's options must be, beyond what their types say. */
public final class Requirements {
    private final CommandSpec spec;

    public Requirements(CommandSpec spec) {
        this.spec = spec;
    }

    /** @throws ParameterException with the message, which ends the command as a wrong use of it */
    public Requirements require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
        return this;
    }

    Requirements share(double value, String option) {
        return require(value >= 0 && value <= 1, option + " must be between 0 and 1");
    }
}
