package io.tapedeck.server.cli;

import io.tapedeck.store.upkeep.CopyReport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** The progress and the outcome of a backup or a restore. */
final class Copying extends CopyReport {
    private final Progress progress;

    Copying(ToolContext context) {
        this.progress = new Progress(context.err(), "copied");
    }

    @Override
    protected void reached(String key) {
        progress.reached(key);
    }

    String summary() {
        return String.format(
                "%,d objects copied (%,d bytes, each read back and compared), %,d were there already, %,d left out as erased,"
                        + " %,d deleted",
                copied(), copiedBytes(), present(), erased(), deleted());
    }

    /** @throws UsageException if it is no address of an object store */
    static URI url(String text) {
        try {
            URI url = URI.create(text);
            boolean file = "file".equals(url.getScheme()) && url.getPath() != null;
            if (file || ("s3".equals(url.getScheme()) && url.getHost() != null)) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Said below, like every other form that is wrong.
        }
        throw new UsageException(text + " is not file:/folder or s3://bucket/prefix");
    }

    /** A folder that is gone when it is closed. */
    record Temporary(Path path) implements AutoCloseable {
        /** @param folder made if there is none, as where all is elsewhere */
        static Temporary in(Path folder) throws IOException {
            Files.createDirectories(folder);
            return new Temporary(Files.createTempDirectory(folder, "copy-"));
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(path);
        }
    }
}
