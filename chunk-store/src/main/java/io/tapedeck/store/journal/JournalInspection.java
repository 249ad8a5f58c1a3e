package io.tapedeck.store.journal;

import io.tapedeck.store.Chunk;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads one journal file for people to look at, whoever's it is; changes nothing and sets nothing aside. Stateless. */
public final class JournalInspection {
    private JournalInspection() {}

    /** Is told what a journal file holds, in its order. */
    public interface Visitor {
        void record(long number, Chunk chunk);

        /** The bytes {@code [from, to)} are no record. */
        void damaged(long from, long to);
    }

    /** Whether a file's name is that of a journal file. */
    public static boolean isJournalFile(Path file) {
        return JournalFormat.firstNumber(file.getFileName().toString()) >= 0;
    }

    /** @throws StoreException UNAVAILABLE if the file cannot be read, UNSUPPORTED_VERSION */
    public static void visit(Path file, Visitor visitor) {
        try {
            long bytes = Files.size(file);
            JournalFile journal = new JournalFile(
                    file, JournalFormat.firstNumber(file.getFileName().toString()), bytes);
            try (RecordScanner scanner = new RecordScanner(journal, (damaged, from, to) -> visitor.damaged(from, to))) {
                for (ByteBuffer payload = scanner.next(); payload != null; payload = scanner.next()) {
                    record(scanner.number(), payload, scanner.position(), visitor);
                }
                if (scanner.position() < bytes) {
                    visitor.damaged(scanner.position(), bytes);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "the file " + file + " cannot be read", e);
        }
    }

    private static void record(long number, ByteBuffer payload, long end, Visitor visitor) {
        int length = payload.remaining();
        Chunk chunk;
        try {
            chunk = ChunkCodec.decode(payload);
        } catch (StoreException e) {
            visitor.damaged(end - length - JournalFormat.RECORD_HEAD_BYTES, end);
            return;
        }
        visitor.record(number, chunk);
    }
}
