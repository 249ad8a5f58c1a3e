package io.tapedeck.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class JournalFormatTest {
    private static final byte[] MAGIC = {(byte) 0xFF, 0x54, 0x44, 0x00};

    @Test
    void magic_isSeenWhereverItIs() {
        for (int length = MAGIC.length; length <= 6 * MAGIC.length; length++) {
            for (int at = 0; at <= length - MAGIC.length; at++) {
                byte[] bytes = new byte[length + 2];
                System.arraycopy(MAGIC, 0, bytes, at + 1, MAGIC.length);

                assertThat(JournalFormat.holdsMagic(ByteBuffer.wrap(bytes, 1, length)))
                        .as("%d of %d bytes", at, length)
                        .isTrue();
            }
        }
    }

    @Test
    void magic_isNotSeenWhereOneByteOfItIsAnother() {
        for (int at = 0; at <= 3 * MAGIC.length; at++) {
            for (int other = 0; other < MAGIC.length; other++) {
                byte[] bytes = new byte[4 * MAGIC.length];
                System.arraycopy(MAGIC, 0, bytes, at, MAGIC.length);
                bytes[at + other] ^= 1;

                assertThat(JournalFormat.holdsMagic(ByteBuffer.wrap(bytes))).isFalse();
            }
        }
    }

    @Test
    void magic_isNotSeenOutsideOfWhatRemains() {
        ByteBuffer bytes = ByteBuffer.wrap(MAGIC);

        assertThat(JournalFormat.holdsMagic(bytes.slice(0, 3))).isFalse();
        assertThat(JournalFormat.holdsMagic(bytes.position(1))).isFalse();
        assertThat(JournalFormat.holdsMagic(ByteBuffer.allocate(0))).isFalse();
    }
}
