package io.tapedeck.store.journal;

import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.CallGate;
import io.tapedeck.store.ForwardingFileChannel;
import io.tapedeck.store.Journal;
import io.tapedeck.store.Loops;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;

/**
 * A disk that keeps for certain only what was synced. At a crash, of what was written since to a file any part may be
 * there, from its start on and possibly with other bytes at its end; a deletion or renaming that was not synced may have
 * been undone. Calls that write go through a gate, which may fail them; a failed write may have written a part. Used by
 * one thread.
 */
public final class SimulatedDisk implements Disk {
    private static final long BYTES = 1L << 40;

    private final Disk real = Disk.system();
    private final CallGate gate;
    private final Random random;
    private final List<WrittenFile> files = new ArrayList<>();
    /** What was renamed or deleted since the last sync of its folder. */
    private final List<Move> undone = new ArrayList<>();

    private record Move(Path now, Path before, boolean isDeletion) {}

    public SimulatedDisk(CallGate gate, Random random) {
        this.gate = gate;
        this.random = random;
    }

    /** Opens a journal on this disk. */
    public Journal open(Path folder, JournalSettings settings, long nextAtLeast, MeterRegistry meters, Loops loops) {
        return FileJournal.open(folder, settings, nextAtLeast, this, meters, loops);
    }

    /** Makes of the folder what the next process may find. */
    public void crash() {
        try {
            for (WrittenFile file : files) {
                file.tear();
            }
            for (int i = undone.size() - 1; i >= 0; i--) {
                Move move = undone.get(i);
                if (random.nextBoolean() && Files.exists(move.now())) {
                    Files.move(move.now(), move.before(), StandardCopyOption.REPLACE_EXISTING);
                } else if (move.isDeletion()) {
                    Files.deleteIfExists(move.now());
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The process has ended, the machine goes on: what was written, renamed and deleted is so. */
    public void end() {
        try {
            finishDeletions();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void finishDeletions() throws IOException {
        for (Move move : undone) {
            if (move.isDeletion()) {
                real.delete(move.now());
            }
        }
        undone.clear();
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        return call("create", () -> {
            files.forEach(before -> before.replaced(file));
            WrittenFile written = new WrittenFile(file, real.create(file));
            files.add(written);
            return written;
        });
    }

    @Override
    public void rename(Path file, Path to) throws IOException {
        call("rename", () -> {
            files.forEach(before -> before.replaced(to));
            real.rename(file, to);
            undone.add(new Move(to, file, false));
            files.forEach(written -> written.renamed(file, to));
            return null;
        });
    }

    @Override
    public void delete(Path file) throws IOException {
        call("delete", () -> {
            Path kept = file.resolveSibling(file.getFileName() + ".deleted");
            try {
                Files.move(file, kept, StandardCopyOption.REPLACE_EXISTING);
                undone.add(new Move(kept, file, true));
            } catch (NoSuchFileException e) {
                // There is nothing to delete.
            }
            return null;
        });
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        call("sync of a folder", () -> {
            finishDeletions();
            return null;
        });
    }

    @Override
    public long usableBytes(Path folder) {
        return BYTES;
    }

    @Override
    public long totalBytes(Path folder) {
        return BYTES;
    }

    private <T> T call(String name, Callable<T> call) throws IOException {
        try {
            return gate.call(name, call);
        } catch (StoreException e) {
            throw new IOException(e);
        }
    }

    /** A file as this process writes it. */
    private final class WrittenFile extends ForwardingFileChannel {
        private Path path;
        private long written;
        private long synced;

        WrittenFile(Path path, FileChannel channel) {
            super(channel);
            this.path = path;
        }

        void renamed(Path from, Path to) {
            if (path.equals(from)) {
                path = to;
            }
        }

        void replaced(Path by) {
            if (path.equals(by)) {
                written = 0;
                synced = 0;
            }
        }

        void tear() throws IOException {
            if (written == synced || !Files.exists(path)) {
                return;
            }
            long kept = synced + random.nextInt((int) (written - synced) + 1);
            byte[] bytes = Files.readAllBytes(path);
            if (kept > synced && random.nextBoolean()) {
                bytes[(int) kept - 1] ^= 0x55;
            }
            Files.write(path, Arrays.copyOf(bytes, (int) kept));
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            try {
                return call("write", () -> {
                    int bytes = super.write(source);
                    written += bytes;
                    return bytes;
                });
            } catch (IOException e) {
                if (source.hasRemaining() && random.nextBoolean()) {
                    written += super.write(source.slice(source.position(), random.nextInt(source.remaining()) + 1));
                }
                throw e;
            }
        }

        @Override
        public void force(boolean metaData) throws IOException {
            call("fsync", () -> {
                synced = written;
                return null;
            });
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            return call("truncate", () -> {
                super.truncate(size);
                written = Math.min(written, size);
                synced = Math.min(synced, written);
                return this;
            });
        }
    }
}
