package io.tapedeck.recorder.inflate;

import io.tapedeck.http.Problem;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decodes one zlib stream (RFC 1950), checked against its Adler-32. Not thread-safe; used again for each body. */
final class ZlibDecoder {
    private final Inflater inflater = new Inflater();

    void decode(WireBody from, Inflated to) {
        inflater.reset();
        int next = 0;
        try {
            while (!inflater.finished()) {
                if (inflater.needsInput()) {
                    if (next == from.segmentCount()) {
                        throw Problem.malformed("the zlib data ends early");
                    }
                    inflater.setInput(from.segment(next++));
                }
                int room = to.room();
                int count = inflater.inflate(to.array(), to.length(), room);
                to.added(count);
                if (count == 0 && inflater.needsDictionary()) {
                    throw Problem.malformed("the zlib data needs a dictionary");
                }
            }
        } catch (DataFormatException e) {
            throw Problem.malformed("the zlib data is damaged");
        }
        if (inflater.getRemaining() > 0 || next < from.segmentCount()) {
            throw Problem.malformed("something follows the end of the zlib data");
        }
    }
}
