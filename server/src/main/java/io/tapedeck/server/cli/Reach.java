package io.tapedeck.server.cli;

import io.tapedeck.server.storage.ControlFile;
import io.tapedeck.server.storage.DataFolder;
import io.tapedeck.server.storage.StartupException;
import java.nio.file.Files;
import java.util.Optional;

/** Who does what a command asks for: the server that runs on the data folder, or the command itself where none runs. */
final class Reach {
    private Reach() {}

    /** What is done with the data folder, or with the server that holds it. */
    interface Work<F, T> {
        T with(F reached) throws Exception;
    }

    /**
     * Holds the data folder while {@code alone} runs, or asks the server.
     *
     * @throws StartupException if there is no data folder, or its holder cannot be reached
     */
    static <T> T run(ToolContext context, Work<DataFolder, T> alone, Work<ControlClient, T> through) throws Exception {
        if (!Files.isDirectory(context.folder())) {
            throw new StartupException(
                    "There is no data folder at " + context.folder().toAbsolutePath() + ". Name it with --data-dir.",
                    null);
        }
        Optional<DataFolder> free = DataFolder.openIfFree(context.folder());
        if (free.isPresent()) {
            try (DataFolder folder = free.get()) {
                ControlFile.delete(folder);
                return alone.with(folder);
            }
        }
        ControlFile control = ControlFile.read(context.folder())
                .orElseThrow(() -> new StartupException(
                        "A process holds the data folder " + context.folder().toAbsolutePath()
                                + " but cannot be reached: it is starting or stopping, is no server, or is a server"
                                + " without the role playback.",
                        null));
        return through.with(new ControlClient(control));
    }
}
