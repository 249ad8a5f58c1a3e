package io.tapedeck.store.journal;

import io.tapedeck.store.ForwardingFileChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The real disk, whose writes and fsyncs fail on demand and whose free space is what the test says. */
final class FaultyDisk implements Disk {
    private final Disk real = Disk.system();
    volatile String writeFailure;
    volatile String forceFailure;
    volatile String createFailure;
    volatile int bytesBeforeWriteFailure;
    volatile long usableBytes = 1L << 40;
    volatile int failures;

    @Override
    public FileChannel create(Path file) throws IOException {
        failIf(createFailure);
        return new FaultyChannel(real.create(file));
    }

    @Override
    public void rename(Path file, Path to) throws IOException {
        real.rename(file, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        real.delete(file);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        real.syncFolder(folder);
    }

    @Override
    public long usableBytes(Path folder) {
        return usableBytes;
    }

    @Override
    public long totalBytes(Path folder) {
        return 1L << 40;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void failIf(String message) throws IOException {
        if (message != null) {
            failures++;
            throw new IOException(message);
        }
    }

    private final class FaultyChannel extends ForwardingFileChannel {
        FaultyChannel(FileChannel channel) {
            super(channel);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            if (writeFailure != null && bytesBeforeWriteFailure > 0) {
                super.write(source.slice(source.position(), Math.min(source.remaining(), bytesBeforeWriteFailure)));
            }
            failIf(writeFailure);
            return super.write(source);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            failIf(forceFailure);
            super.force(metaData);
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            failIf(writeFailure != null ? writeFailure : forceFailure);
            return super.truncate(size);
        }
    }
}
