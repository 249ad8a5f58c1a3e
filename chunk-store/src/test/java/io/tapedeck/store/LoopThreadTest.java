package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.Loops.Loop;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopThreadTest {
    @Test
    void aStepThatRunsOutOfMemory_isFollowedByTheNext() {
        AtomicInteger steps = new AtomicInteger();

        Loop loop = Loops.threads().begin("test", () -> {
            if (steps.incrementAndGet() == 1) {
                throw new OutOfMemoryError("on purpose");
            }
            return Loops.ENDED;
        });
        loop.join();

        assertThat(steps).hasValue(2);
    }
}
