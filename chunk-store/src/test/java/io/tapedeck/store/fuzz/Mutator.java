package io.tapedeck.store.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes inputs that are nearly right out of ones that are: flipped bits, cuts, pieces left out, doubled, moved or taken
 * from another input, and numbers (binary, and as text) replaced by those at which programs go wrong. Not thread-safe.
 */
final class Mutator {
    private static final int BYTES_MAX = 1 << 20;
    private static final int PIECE_BYTES_MAX = 64;

    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        2,
        7,
        8,
        127,
        128,
        255,
        256,
        65_535,
        65_536,
        (64 << 20) - 1,
        (64 << 20) + 1,
        1 << 30,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Integer.MAX_VALUE + 1L,
        0xffff_ffffL,
        1L << 53,
        Long.MAX_VALUE,
        Long.MAX_VALUE - 1,
        Long.MIN_VALUE
    };

    private static final List<String> TEXTS = List.of(
            "null",
            "true",
            "{}",
            "[]",
            "\"\"",
            "[[",
            "{\"a\":",
            "1e309",
            "-0.5",
            "99999999999999999999",
            "\"\\ud800\"",
            ",");

    private final Random random;
    private final List<byte[]> seeds;

    Mutator(Random random, List<byte[]> seeds) {
        this.random = random;
        this.seeds = seeds;
    }

    /** A seed with a few changes. */
    byte[] next() {
        byte[] bytes = anySeed();
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
            bytes = mutate(bytes);
        }
        return bytes.length <= BYTES_MAX ? bytes : Arrays.copyOf(bytes, BYTES_MAX);
    }

    private byte[] anySeed() {
        return seeds.get(random.nextInt(seeds.size())).clone();
    }

    private byte[] mutate(byte[] bytes) {
        if (bytes.length == 0) {
            return anySeed();
        }
        int at = position(bytes.length);
        return switch (random.nextInt(12)) {
            case 0, 1 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
            case 2 -> {
                bytes[at] = (byte) random.nextInt();
                yield bytes;
            }
            case 3, 4 -> overwriteNumber(bytes, at);
            case 5, 6 -> replaceDigits(bytes, at);
            case 7 ->
                splice(bytes, at, at, TEXTS.get(random.nextInt(TEXTS.size())).getBytes(StandardCharsets.US_ASCII));
            case 8 -> Arrays.copyOf(bytes, at);
            case 9 -> splice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(PIECE_BYTES_MAX)), new byte[0]);
            case 10 -> splice(bytes, at, at, piece(bytes));
            default -> splice(bytes, at, bytes.length, piece(anySeed()));
        };
    }

    /** Anywhere, and often near the end, where formats keep what matters. */
    private int position(int length) {
        int last = Math.min(length, 1 + random.nextInt(PIECE_BYTES_MAX));
        return random.nextInt(3) == 0 ? length - 1 - random.nextInt(last) : random.nextInt(length);
    }

    private byte[] overwriteNumber(byte[] bytes, int at) {
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        if (random.nextBoolean()) {
            number = bytes.length + random.nextInt(5) - 2L;
        }
        ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        int width = random.nextBoolean() ? Integer.BYTES : Long.BYTES;
        ByteBuffer wide = ByteBuffer.allocate(width).order(order);
        if (width == Integer.BYTES) {
            wide.putInt((int) number);
        } else {
            wide.putLong(number);
        }
        int from = Math.max(0, Math.min(at, bytes.length - width));
        System.arraycopy(wide.array(), 0, bytes, from, Math.min(width, bytes.length - from));
        return bytes;
    }

    /** Puts another number in the place of the first one in text from a position on. */
    private byte[] replaceDigits(byte[] bytes, int at) {
        int from = at;
        while (from < bytes.length && !isDigit(bytes[from])) {
            from++;
        }
        int to = from;
        while (to < bytes.length && isDigit(bytes[to])) {
            to++;
        }
        String number = Long.toString(NUMBERS[random.nextInt(NUMBERS.length)]);
        return splice(bytes, from, to, number.getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean isDigit(byte value) {
        return value >= '0' && value <= '9';
    }

    private byte[] piece(byte[] of) {
        if (of.length == 0) {
            return of;
        }
        int from = random.nextInt(of.length);
        int length = random.nextBoolean() ? of.length - from : 1 + random.nextInt(PIECE_BYTES_MAX);
        return Arrays.copyOfRange(of, from, Math.min(of.length, from + length));
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] between) {
        ByteArrayOutputStream spliced = new ByteArrayOutputStream(bytes.length + between.length);
        spliced.write(bytes, 0, from);
        spliced.writeBytes(between);
        spliced.write(bytes, to, bytes.length - to);
        return spliced.toByteArray();
    }
}
