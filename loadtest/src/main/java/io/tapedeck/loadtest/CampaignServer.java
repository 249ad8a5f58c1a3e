package io.tapedeck.loadtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The real jar as a child process with a data folder of its own, on a free port of 127.0.0.1, which another one takes after
 * each start. Everything it prints goes to one file. Used by one thread; killed when closed.
 */
final class CampaignServer implements AutoCloseable {
    static final String KEY = "pk_campaign";
    static final String TOKEN = "campaign-token-0123456789";

    private static final Pattern ADDRESS = Pattern.compile("Web app +(http://127\\.0\\.0\\.1:[0-9]+)/app/");
    private static final long END_WAIT_S = 60;
    private static final int SAID_LINES_MAX = 20;

    /** Killed when this program is told to end before its servers have. */
    private static final Set<Process> ENDED_WITH_THIS = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> ENDED_WITH_THIS.forEach(Process::destroyForcibly), "kill-servers"));
    }

    private final Path jar;
    private final Path folder;
    private final List<String> java;
    private final Map<String, String> settings;
    private final Target target = Target.nowhere();
    private Process process;
    private Thread pump;

    /**
     * @param folder for data and output; made if absent
     * @param javaOptions such as {@code -Xmx512m}
     * @param settings variables beside those that every campaign gives
     */
    CampaignServer(Path jar, Path folder, List<String> javaOptions, Map<String, String> settings) {
        this.jar = jar;
        this.folder = folder;
        this.java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(javaOptions);
        this.settings = settings;
    }

    /** Where the server is; nowhere from its end until it listens again. */
    Target target() {
        return target;
    }

    /** The project that {@link #KEY} writes to. */
    Project project() {
        return new Project(target, "default", TOKEN);
    }

    Path data() {
        return folder.resolve("data");
    }

    Path log() {
        return folder.resolve("server.log");
    }

    /** The last that it printed. */
    String said() throws IOException {
        List<String> lines = Files.readAllLines(log());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - SAID_LINES_MAX), lines.size()));
    }

    /** What the journal takes on disk. */
    long journalBytes() throws IOException {
        long bytes = 0;
        for (Path file : files(data().resolve("store").resolve("journal"))) {
            bytes += Files.exists(file) ? Files.size(file) : 0;
        }
        return bytes;
    }

    /** Damaged pieces of the journal that were set aside. */
    long quarantinedFiles() throws IOException {
        return files(data().resolve("store").resolve("quarantine")).size();
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** Starts the process; returns without waiting for it to listen. */
    void start() throws IOException {
        Files.createDirectories(folder);
        process = launch("serve");
        Process started = process;
        ENDED_WITH_THIS.add(started);
        started.onExit().thenAccept(ENDED_WITH_THIS::remove);
        pump = new Thread(() -> copyOutput(started), "server-output");
        pump.setDaemon(true);
        pump.start();
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** {@code kill -9}; returns once the process is gone. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.toHandle().destroyForcibly();
            awaitEnd();
        }
    }

    /** SIGTERM; returns the exit code. */
    int stop() throws InterruptedException {
        process.toHandle().destroy();
        awaitEnd();
        return process.exitValue();
    }

    /** Runs another of the jar's commands on the same data, to its end; its output goes to the file too. */
    int run(String command) throws IOException, InterruptedException {
        Process run = launch(command);
        copyOutput(run);
        return run.waitFor();
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    private void awaitEnd() throws InterruptedException {
        if (!process.waitFor(END_WAIT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        pump.join();
        target.away();
    }

    private Process launch(String command) throws IOException {
        List<String> line = new ArrayList<>(java);
        line.addAll(List.of("-jar", jar.toString(), command));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("TAPEDECK_"));
        environment.put("TAPEDECK_HTTP_PORT", "0");
        environment.put("TAPEDECK_BIND", "127.0.0.1");
        environment.put("TAPEDECK_DATA_DIR", data().toString());
        environment.put("TAPEDECK_BOOTSTRAP_WRITE_KEY", KEY);
        environment.put("TAPEDECK_BOOTSTRAP_API_TOKEN", TOKEN);
        environment.putAll(settings);
        return builder.start();
    }

    /** Reads until the process closes its output, so that it never waits for a full pipe. */
    private void copyOutput(Process from) {
        try (BufferedReader lines = from.inputReader();
                PrintWriter file = new PrintWriter(Files.newBufferedWriter(
                        log(), StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                file.println(line);
                file.flush();
                Matcher address = ADDRESS.matcher(line);
                if (address.find()) {
                    target.moveTo(URI.create(address.group(1)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
