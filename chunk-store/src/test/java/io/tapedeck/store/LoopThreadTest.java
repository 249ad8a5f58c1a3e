package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.Loops.Loop;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopThreadTest {
    @Test
    void aStepThatRunsOutOfMemory_isCountedAndFollowedByTheNext() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        AtomicInteger steps = new AtomicInteger();

        Loop loop = Loops.threads(meters).begin("test", () -> {
            if (steps.incrementAndGet() == 1) {
                throw new OutOfMemoryError("on purpose");
            }
            return Loops.ENDED;
        });
        loop.join();

        assertThat(steps).hasValue(2);
        assertThat(meters.get("tapedeck.loop.failures")
                        .tag("loop", "test")
                        .counter()
                        .count())
                .isEqualTo(1);
    }
}
