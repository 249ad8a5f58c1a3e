package io.tapedeck.store.journal;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The bytes of a journal file's header and of a record's head; {@link FileJournal} draws them. */
final class JournalFormat {
    static final int VERSION = 2;
    static final int HEADER_BYTES = 24;
    static final int RECORD_HEAD_BYTES = 20;
    /** Starts every record and is nowhere else: bytes 0 and 255 do not occur in JSON text, and packed lines are looked at. */
    static final int RECORD_MAGIC = 0xFF544400;
    /** No record is longer; a greater length is a damaged one. */
    static final int PAYLOAD_BYTES_MAX = 1 << 30;

    private static final long FILE_MAGIC = 0x5444_4A52_4E4C_0D0AL;
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final String SUFFIX = ".journal";

    private JournalFormat() {}

    static String fileName(long firstNumber) {
        return String.format("%020d", firstNumber) + SUFFIX;
    }

    /** The number in a journal file's name, or -1 if it is no such name. */
    static long firstNumber(String fileName) {
        if (!fileName.matches("[0-9]{20}\\.journal")) {
            return -1;
        }
        try {
            return Long.parseLong(fileName.substring(0, fileName.length() - SUFFIX.length()));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    static ByteBuffer header(long firstNumber) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(FILE_MAGIC).putInt(VERSION).putLong(firstNumber);
        header.putInt(crc(header.duplicate().flip()));
        return header.flip();
    }

    /**
     * @return whether this is a whole header
     * @throws StoreException UNSUPPORTED_VERSION if it is one of a later version
     */
    static boolean isHeader(ByteBuffer header) {
        if (header.remaining() < HEADER_BYTES) {
            return false;
        }
        int from = header.position();
        int crc = crc(header.slice(from, HEADER_BYTES - Integer.BYTES));
        if (header.getLong(from) != FILE_MAGIC || header.getInt(from + HEADER_BYTES - Integer.BYTES) != crc) {
            return false;
        }
        if (header.getInt(from + Long.BYTES) > VERSION) {
            throw new StoreException(
                    StoreErrorKind.UNSUPPORTED_VERSION, "the journal was written by a later version of this program");
        }
        return true;
    }

    /** Writes a record's head: magic, checksum, length, number. */
    static ByteBuffer recordHead(long number, ByteBuffer chunkHeader, ByteBuffer lines) {
        ByteBuffer head = ByteBuffer.allocate(RECORD_HEAD_BYTES + Integer.BYTES);
        head.putInt(RECORD_MAGIC);
        head.putInt(0);
        head.putInt(Integer.BYTES + chunkHeader.remaining() + lines.remaining());
        head.putLong(number);
        head.putInt(chunkHeader.remaining());
        head.flip();
        CRC32C crc = new CRC32C();
        crc.update(head.duplicate().position(2 * Integer.BYTES));
        crc.update(chunkHeader.duplicate());
        crc.update(lines.duplicate());
        return head.putInt(Integer.BYTES, (int) crc.getValue());
    }

    /** Whether a reader that looks for the next record could take something in these bytes for one. */
    static boolean holdsMagic(ByteBuffer bytes) {
        ByteBuffer bigEndian = bytes.duplicate();
        int at = bytes.position();
        // Eight bytes at a time: few of them have a 255, with which a magic begins, among them.
        for (; at <= bytes.limit() - Long.BYTES; at += Long.BYTES) {
            long zeroFor255 = ~bigEndian.getLong(at);
            if (((zeroFor255 - ONES) & ~zeroFor255 & HIGH_BITS) != 0 && magicBegins(bigEndian, at, at + Long.BYTES)) {
                return true;
            }
        }
        return magicBegins(bigEndian, at, bytes.limit());
    }

    private static boolean magicBegins(ByteBuffer bigEndian, int from, int to) {
        int end = Math.min(to, bigEndian.limit() - Integer.BYTES + 1);
        for (int i = from; i < end; i++) {
            if (bigEndian.getInt(i) == RECORD_MAGIC) {
                return true;
            }
        }
        return false;
    }

    static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
