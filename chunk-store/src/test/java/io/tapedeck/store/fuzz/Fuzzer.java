package io.tapedeck.store.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tapedeck.store.ChunkId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Gives a decoder inputs that are nearly right, and fails where it throws what it must not, does not come back, or
 * allocates without bound. The inputs of a run follow from its seed, so that every run of the test command is the same;
 * {@code -Dfuzz.inputs} and {@code -Dfuzz.seed} ask for more and for others.
 *
 * <p>An input that fails is kept as a file in {@code target/fuzz}. Put into the folder {@code fuzz/{name}} of the test
 * resources it is given to the decoder before all others, in every run, and is mutated like them.
 */
public final class Fuzzer {
    private static final long SEED = Long.getLong("fuzz.seed", 7_077_001);
    /** An input that takes so long takes for ever: usual ones take less than a thousandth of it. */
    private static final long HANG_MS = 60_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final String name;
    private final Decoder decoder;
    private final List<byte[]> seeds = new ArrayList<>();
    private final long bytesMax;
    private volatile byte[] current;
    private volatile long currentSince;
    private volatile Throwable failure;
    private final AtomicInteger taken = new AtomicInteger();

    /** Takes an input apart. */
    public interface Decoder {
        /**
         * @return whether the input was taken, and not refused
         * @throws Exception if it was neither, as it must be
         */
        boolean decode(byte[] input) throws Exception;
    }

    /**
     * @param test names the folder of inputs that once failed
     * @param bytesMax most bytes of heap that one input may make it allocate, in total
     */
    public Fuzzer(Class<?> test, long bytesMax, Decoder decoder) {
        this.name = test.getSimpleName();
        this.bytesMax = bytesMax;
        this.decoder = decoder;
        seeds.addAll(regressions(test, name));
    }

    /** Adds an input that is right. */
    public Fuzzer seed(byte[] input) {
        seeds.add(input);
        return this;
    }

    /**
     * Gives the decoder every seed, and then so many inputs made of them. At least one in a hundred must be taken and as
     * many refused: otherwise it has not seen much.
     */
    public void run(int inputs) throws InterruptedException {
        int count = Integer.getInteger("fuzz.inputs", inputs);
        Thread worker = new Thread(() -> work(count), "fuzz-" + name);
        worker.setDaemon(true);
        currentSince = System.nanoTime();
        worker.start();
        while (worker.isAlive()) {
            worker.join(100);
            if (worker.isAlive() && System.nanoTime() - currentSince > TimeUnit.MILLISECONDS.toNanos(HANG_MS)) {
                throw failed("does not come back", null);
            }
        }
        if (failure != null) {
            throw failed(failure.toString(), failure);
        }
        assertThat(taken.get()).as("inputs taken").isBetween(count / 100, count - count / 100);
    }

    private void work(int count) {
        try {
            for (byte[] seed : seeds) {
                give(seed.clone());
            }
            Mutator mutator = new Mutator(new Random(SEED), seeds);
            for (int i = 0; i < count; i++) {
                give(mutator.next());
            }
        } catch (Throwable e) {
            failure = e;
        }
    }

    private void give(byte[] input) throws Exception {
        current = input.clone();
        currentSince = System.nanoTime();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        if (decoder.decode(input)) {
            taken.incrementAndGet();
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > bytesMax) {
            throw new AssertionError(
                    "allocated " + allocated + " bytes for an input of " + input.length + ", more than " + bytesMax);
        }
    }

    private AssertionError failed(String what, Throwable cause) {
        byte[] input = current;
        String id = ChunkId.ofContent(ByteBuffer.wrap(input)).toString().substring(0, 12);
        Path file = Path.of("target", "fuzz", name, id);
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new AssertionError(name + " with the input kept as " + file + ": " + what, cause);
    }

    private static List<byte[]> regressions(Class<?> test, String name) {
        URL folder = test.getResource("/fuzz/" + name);
        if (folder == null) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            List<byte[]> inputs = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                inputs.add(Files.readAllBytes(file));
            }
            return inputs;
        } catch (IOException | URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
