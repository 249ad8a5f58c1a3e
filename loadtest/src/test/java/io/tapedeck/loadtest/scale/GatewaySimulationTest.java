package io.tapedeck.loadtest.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tapedeck.loadtest.scale.GatewaySimulation.Rates;
import io.tapedeck.loadtest.scale.GatewaySimulation.Visits;
import io.tapedeck.store.flush.FlushPolicy;
import org.junit.jupiter.api.Test;

class GatewaySimulationTest {
    private static final long MINUTE = 60_000;
    private static final long PACKED_BYTES = 20_000;

    private static Rates rates(int atOnce, FlushPolicy policy) {
        Visits visits = new Visits(atOnce, PACKED_BYTES, 5_000, 5 * MINUTE);
        return new GatewaySimulation(policy, visits, 7).run(20 * MINUTE);
    }

    @Test
    void eachVisit_sendsAtItsPace_andSoManyEnd() {
        Rates rates = rates(1_000, FlushPolicy.STORED);

        assertThat(rates.chunks()).isCloseTo(200, within(1.0));
        assertThat(rates.sessions()).isCloseTo(1_000 / 300.0, within(0.2));
    }

    @Test
    void fewRecorders_fillSegmentsByAge() {
        Rates alone = rates(1, FlushPolicy.STORED);
        assertThat(alone.segments()).isEqualTo(alone.chunks());
        assertThat(alone.blocks()).isEqualTo(alone.chunks());

        Rates some = rates(1_000, FlushPolicy.JOURNALED);
        assertThat(some.segments()).isCloseTo(1 / 3.0, within(0.01));
        assertThat(some.blocks()).isCloseTo(200, within(1.0));
    }

    @Test
    void manyRecorders_fillSegmentsByBytes() {
        Rates rates = rates(20_000, FlushPolicy.STORED);

        assertThat(rates.segments()).isCloseTo(4_000 * PACKED_BYTES / (double) (8 << 20), within(0.2));
    }

    @Test
    void manyChunksOfOneVisitInASegment_areOneBlock() {
        FlushPolicy slow = new FlushPolicy(1L << 40, MINUTE, 1L << 40, 1, 1, 1);

        Rates rates = rates(10, slow);

        assertThat(rates.chunks() / rates.blocks()).isCloseTo(10, within(2.5));
    }
}
