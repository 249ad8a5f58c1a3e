package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The real jar as a process of its own, on a free port of 127.0.0.1. Stopped, by kill if need be, when closed. */
final class ServerProcess implements AutoCloseable {
    static final String KEY = "pk_integration";
    static final String PASSWORD = "correct horse battery";
    static final String TOKEN = "integration-token-0123456789";

    private static final Pattern LAST_LINE = Pattern.compile("Pinned .*http://[^ ]*:([0-9]+)/recorder/");
    private static final long START_WAIT_S = 60;
    private static final List<String> JAVA =
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m");

    private final Process process;
    private final URI base;
    private final String announcement;
    private final List<String> output;

    private ServerProcess(Process process, URI base, String announcement, List<String> output) {
        this.process = process;
        this.base = base;
        this.announcement = announcement;
        this.output = output;
    }

    /**
     * Starts the server and waits until it says that it is ready.
     *
     * @param settings variables beside those that every server here gets; an empty value takes one of those away
     */
    static ServerProcess start(Path dataDir, Map<String, String> settings) {
        return start(JAVA, dataDir, settings);
    }

    /** The same with another Java or other options of it. */
    static ServerProcess start(List<String> java, Path dataDir, Map<String, String> settings) {
        Process process = launch(java, dataDir, settings);
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        List<String> output = new CopyOnWriteArrayList<>();
        pump(process, lines, output);
        List<String> seen = new ArrayList<>();
        try {
            while (true) {
                String line = lines.poll(START_WAIT_S, TimeUnit.SECONDS);
                assertThat(line).as("server did not start; it said %s", seen).isNotNull();
                seen.add(line);
                Matcher last = LAST_LINE.matcher(line);
                if (last.find()) {
                    URI base = URI.create("http://127.0.0.1:" + last.group(1));
                    return new ServerProcess(process, base, String.join("\n", seen), output);
                }
                assertThat(process.isAlive() || !lines.isEmpty())
                        .as("server ended with %s", seen)
                        .isTrue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Runs the jar until it ends by itself; returns exit code and everything it printed. */
    static Ended runToEnd(Path dataDir, Map<String, String> settings, String... arguments) {
        Process process = launch(JAVA, dataDir, settings, arguments);
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(START_WAIT_S, TimeUnit.SECONDS)).isTrue();
            return new Ended(process.exitValue(), printed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    record Ended(int exitCode, String printed) {}

    URI base() {
        return base;
    }

    /** What it printed before it was ready. */
    String announcement() {
        return announcement;
    }

    /** Every line that it has printed so far. */
    List<String> output() {
        return List.copyOf(output);
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM; returns the exit code. */
    int stop() {
        process.destroy();
        awaitEnd();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Process launch(List<String> java, Path dataDir, Map<String, String> settings, String... arguments) {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of("-jar", System.getProperty("tapedeck.jar")));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("TAPEDECK_"));
        Map<String, String> environment = new HashMap<>(Map.of(
                "TAPEDECK_HTTP_PORT",
                "0",
                "TAPEDECK_BIND",
                "127.0.0.1",
                "TAPEDECK_DATA_DIR",
                dataDir.toString(),
                "TAPEDECK_BOOTSTRAP_WRITE_KEY",
                KEY,
                "TAPEDECK_BOOTSTRAP_ADMIN_PASSWORD",
                PASSWORD,
                "TAPEDECK_BOOTSTRAP_API_TOKEN",
                TOKEN));
        environment.putAll(settings);
        environment.values().removeIf(String::isEmpty);
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps reading, so that the server never waits for a full pipe. */
    private static void pump(Process process, BlockingQueue<String> lines, List<String> output) {
        CompletableFuture.runAsync(() -> {
            try (BufferedReader reader = process.inputReader()) {
                reader.lines().forEach(line -> {
                    System.out.println("[server] " + line);
                    output.add(line);
                    lines.add(line);
                });
            } catch (IOException | UncheckedIOException e) {
                lines.add("output ended: " + e.getMessage());
            }
        });
    }
}
