package io.tapedeck.store.object;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/** The bytes of an object to be put, which can be sent whole or in parts, and read again to be compared. */
interface S3Body {
    long size();

    AsyncRequestBody part(long offset, long length);

    ByteBuffer read(long offset, int length) throws IOException;

    static S3Body of(ByteBuffer bytes) {
        return new OfBuffer(bytes.asReadOnlyBuffer());
    }

    static S3Body of(Path file) throws IOException {
        return new OfFile(file, Files.size(file));
    }

    /** Bytes in memory, sent without being copied. */
    record OfBuffer(ByteBuffer bytes) implements S3Body {
        @Override
        public long size() {
            return bytes.remaining();
        }

        @Override
        public AsyncRequestBody part(long offset, long length) {
            return AsyncRequestBody.fromRemainingByteBufferUnsafe(read(offset, (int) length));
        }

        @Override
        public ByteBuffer read(long offset, int length) {
            return bytes.slice(bytes.position() + (int) offset, length);
        }
    }

    /** Bytes in a file, streamed. */
    record OfFile(Path file, long size) implements S3Body {
        @Override
        public AsyncRequestBody part(long offset, long length) {
            return length == 0
                    ? AsyncRequestBody.empty()
                    : AsyncRequestBody.fromFile(
                            config -> config.path(file).position(offset).numBytesToRead(length));
        }

        @Override
        public ByteBuffer read(long offset, int length) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                while (bytes.hasRemaining()) {
                    if (channel.read(bytes, offset + bytes.position()) < 0) {
                        throw new EOFException(file + " was cut while it was put");
                    }
                }
            }
            return bytes.flip();
        }
    }
}
