package io.tapedeck.server.cli;

import com.github.luben.zstd.ZstdInputStream;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.server.storage.Stores;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.read.StoredSessions;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tapedeck export}: a session's events, decrypted. */
@Command(
        name = "export",
        description = "Writes a session's events, the windows one after another; may run beside the server.")
public final class ExportCommand implements Callable<Integer> {
    private final ToolContext context;

    @Option(names = "--project", paramLabel = "P", required = true, description = "The session's project.")
    private String project;

    @Option(names = "--session", paramLabel = "S", required = true, description = "The session's id.")
    private String session;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "ndjson",
            description = "ndjson (an event a line, the default) or json (one array).")
    private Format format;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to; to standard output if not given.")
    private Path file;

    /** How events are written. */
    enum Format {
        ndjson,
        json
    }

    public ExportCommand(ToolContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        SessionKey key = ToolContext.session(project, session);
        MeterRegistry meters = new SimpleMeterRegistry();
        try (Stores stores = Stores.openReadOnly(context.configuration(), context.folder(), meters);
                StoredSessions sessions = new StoredSessions(stores.catalog(), stores.objects(), () -> 0, meters)) {
            if (file == null) {
                write(sessions, key, new FileOutputStream(FileDescriptor.out));
            } else {
                writeFile(sessions, key);
            }
            return 0;
        }
    }

    /** Whole or not at all. */
    private void writeFile(StoredSessions sessions, SessionKey key) throws IOException, InterruptedException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            try (OutputStream out = Files.newOutputStream(unfinished)) {
                write(sessions, key, out);
            }
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private void write(StoredSessions sessions, SessionKey key, OutputStream to)
            throws IOException, InterruptedException {
        OutputStream out = new BufferedOutputStream(to, 1 << 16);
        try (InputStream lines = new ZstdInputStream(
                new FrameInput(sessions.events(key, null, null, null).get().frames()))) {
            if (format == Format.ndjson) {
                lines.transferTo(out);
            } else {
                writeArray(lines, out);
            }
        } catch (ExecutionException e) {
            throw StoreException.of(e);
        }
        out.flush();
    }

    /** A line feed stands only between events. */
    private static void writeArray(InputStream lines, OutputStream out) throws IOException {
        out.write('[');
        byte[] buffer = new byte[1 << 16];
        boolean between = false;
        for (int read = lines.read(buffer); read >= 0; read = lines.read(buffer)) {
            for (int i = 0; i < read; i++) {
                if (between) {
                    out.write(",\n".getBytes(StandardCharsets.US_ASCII));
                }
                between = buffer[i] == '\n';
                if (!between) {
                    out.write(buffer[i]);
                }
            }
        }
        out.write("]\n".getBytes(StandardCharsets.US_ASCII));
    }
}
