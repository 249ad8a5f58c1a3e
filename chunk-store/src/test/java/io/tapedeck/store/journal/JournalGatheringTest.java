package io.tapedeck.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.SessionKey;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the journal's writer rests, and what wakes it: its steps are taken by hand. */
class JournalGatheringTest {
    private static final SessionKey SESSION = new SessionKey("default", "s1");
    private static final long GATHERING = TimeUnit.MILLISECONDS.toNanos(20);

    @TempDir
    private Path folder;

    private final StepByHand loops = new StepByHand();
    private FileJournal journal;
    private int chunks;

    @BeforeEach
    void open() {
        journal = FileJournal.open(
                folder, JournalSettings.DEFAULT, 1, new FaultyDisk(), new SimpleMeterRegistry(), loops);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Test
    void step_ofALoneChunk_isFollowedAtOnce() {
        CompletableFuture<Long> durable = append("small");

        assertThat(loops.step.run()).isZero();

        assertThat(durable).isCompletedWithValue(1L);
    }

    @Test
    void step_ofChunksTogether_letsOthersGather() {
        append("one");
        append("two");

        assertThat(loops.step.run()).isEqualTo(GATHERING);
    }

    @Test
    void append_whileOthersGather_wakesNobody() {
        gather();

        append("three");

        assertThat(loops.wakes).isZero();
    }

    @Test
    void append_ofAMegabyteWhileOthersGather_wakesTheWriter() {
        gather();

        append(Chunks.noise(2 << 20));

        assertThat(loops.wakes).isOne();
    }

    @Test
    void append_afterALoneChunk_wakesTheWriter() {
        gather();
        append("lone");
        loops.step.run();

        append("next");

        assertThat(loops.wakes).isOne();
    }

    @Test
    void roll_whileOthersGather_wakesTheWriter() {
        gather();

        CompletableFuture<Long> rolled = journal.roll();

        assertThat(loops.wakes).isOne();
        loops.step.run();
        assertThat(rolled).isCompletedWithValue(3L);
    }

    private void gather() {
        append("one");
        append("two");
        loops.step.run();
        loops.wakes = 0;
    }

    private CompletableFuture<Long> append(String text) {
        Chunk chunk = Chunks.chunk(SESSION, "w1", chunks++, text);
        return journal.append(chunk);
    }
}
