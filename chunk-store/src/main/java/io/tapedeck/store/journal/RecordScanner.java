package io.tapedeck.store.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/**
 * Reads the records of one journal file in order and finds its way past damage: after bytes that are no record it looks
 * for the next whole one. Not thread-safe; the caller closes it.
 */
final class RecordScanner implements AutoCloseable {
    private static final int SEARCH_BYTES = 64 * 1024;

    private final JournalFile file;
    private final FileChannel channel;
    private final OnDamage onDamage;
    private long position;
    private long lastNumber;
    private long number;

    /** Is told of each run {@code [from, to)} of bytes that are no record but are followed by one. */
    interface OnDamage {
        void damaged(JournalFile file, long from, long to) throws IOException;
    }

    RecordScanner(JournalFile file, OnDamage onDamage) throws IOException {
        this.file = file;
        this.onDamage = onDamage;
        this.lastNumber = file.firstNumber() - 1;
        this.channel = FileChannel.open(file.path(), StandardOpenOption.READ);
        try {
            this.position = hasHeader() ? JournalFormat.HEADER_BYTES : 0;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    JournalFile file() {
        return file;
    }

    /** One past the last byte of the last whole record; the end of the header if there was none. */
    long position() {
        return position;
    }

    /** The number of the record that {@link #next} gave last. */
    long number() {
        return number;
    }

    /** The payload of the next whole record; null if the readable part of the file has no more. */
    ByteBuffer next() {
        try {
            long end = file.readable();
            ByteBuffer payload = recordAt(position, end);
            if (payload == null && position < end) {
                payload = search(end);
            }
            return payload;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ByteBuffer search(long end) throws IOException {
        long damagedFrom = position;
        for (long at = nextMagic(position + 1, end); at >= 0; at = nextMagic(at + 1, end)) {
            ByteBuffer payload = recordAt(at, end);
            if (payload != null) {
                onDamage.damaged(file, damagedFrom, at);
                return payload;
            }
        }
        return null;
    }

    /** Reads the record at an offset and steps past it; null if there is none. */
    private ByteBuffer recordAt(long at, long end) throws IOException {
        if (end - at < JournalFormat.RECORD_HEAD_BYTES) {
            return null;
        }
        ByteBuffer head = ByteBuffer.allocate(JournalFormat.RECORD_HEAD_BYTES);
        readFully(head, at);
        int magic = head.getInt();
        int crc = head.getInt();
        int length = head.getInt();
        long found = head.getLong();
        boolean plausible = magic == JournalFormat.RECORD_MAGIC
                && length >= Integer.BYTES
                && length <= JournalFormat.PAYLOAD_BYTES_MAX
                && length <= end - at - JournalFormat.RECORD_HEAD_BYTES
                && found > lastNumber
                && found < Long.MAX_VALUE;
        if (!plausible) {
            return null;
        }
        ByteBuffer checked = ByteBuffer.allocate(Integer.BYTES + Long.BYTES + length);
        readFully(checked, at + 2 * Integer.BYTES);
        if (JournalFormat.crc(checked.duplicate()) != crc) {
            return null;
        }
        lastNumber = found;
        number = found;
        position = at + JournalFormat.RECORD_HEAD_BYTES + length;
        return checked.position(Integer.BYTES + Long.BYTES).slice();
    }

    private long nextMagic(long from, long end) throws IOException {
        ByteBuffer window = ByteBuffer.allocate(SEARCH_BYTES);
        for (long at = from; at + Integer.BYTES <= end; at += SEARCH_BYTES - Integer.BYTES + 1) {
            window.clear().limit((int) Math.min(SEARCH_BYTES, end - at));
            readFully(window, at);
            for (int i = 0; i + Integer.BYTES <= window.limit(); i++) {
                if (window.getInt(i) == JournalFormat.RECORD_MAGIC) {
                    return at + i;
                }
            }
        }
        return -1;
    }

    private boolean hasHeader() throws IOException {
        if (file.readable() < JournalFormat.HEADER_BYTES) {
            return false;
        }
        ByteBuffer header = ByteBuffer.allocate(JournalFormat.HEADER_BYTES);
        readFully(header, 0);
        return JournalFormat.isHeader(header);
    }

    private void readFully(ByteBuffer buffer, long from) throws IOException {
        long at = from;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at);
            if (read < 0) {
                throw new IOException("the journal file " + file.path().getFileName() + " is shorter than it was");
            }
            at += read;
        }
        buffer.flip();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
