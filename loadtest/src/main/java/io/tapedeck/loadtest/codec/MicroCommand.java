package io.tapedeck.loadtest.codec;

import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs the micro-benchmarks. */
@Command(
        name = "micro",
        mixinStandardHelpOptions = true,
        description = "Runs the JMH benchmarks of scanning, blocks and recordings. Needs no server.")
public final class MicroCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", description = "JMH's own arguments, after --, such as a pattern of names.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws RunnerException, CommandLineOptionException {
        new Runner(new CommandLineOptions(arguments.toArray(String[]::new))).run();
        return 0;
    }
}
