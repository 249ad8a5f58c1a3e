package io.tapedeck.store.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
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

    private final class FaultyChannel extends FileChannel {
        private final FileChannel channel;

        FaultyChannel(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            if (writeFailure != null && bytesBeforeWriteFailure > 0) {
                channel.write(source.slice(source.position(), Math.min(source.remaining(), bytesBeforeWriteFailure)));
            }
            failIf(writeFailure);
            return channel.write(source);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            failIf(forceFailure);
            channel.force(metaData);
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            failIf(writeFailure != null ? writeFailure : forceFailure);
            channel.truncate(size);
            return this;
        }

        @Override
        public long position() throws IOException {
            return channel.position();
        }

        @Override
        public FileChannel position(long newPosition) throws IOException {
            channel.position(newPosition);
            return this;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        protected void implCloseChannel() throws IOException {
            channel.close();
        }

        @Override
        public int read(ByteBuffer target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer target, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer source, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }
}
