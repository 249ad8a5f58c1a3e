package io.tapedeck.loadtest.codec;

import java.io.IOException;
import java.lang.management.ManagementFactory;

/** Processor time of the calling thread, native code included: other work on the machine does not count. */
final class CpuTime {
    private static final double NANOS = 1e9;

    private CpuTime() {}

    /** What is measured. */
    interface Work<T> {
        T run() throws IOException;
    }

    /** @param seconds of the processor that the work took */
    record Timed<T>(T result, double seconds) {}

    static <T> Timed<T> of(Work<T> work) throws IOException {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        T result = work.run();
        long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        return new Timed<>(result, (after - before) / NANOS);
    }
}
