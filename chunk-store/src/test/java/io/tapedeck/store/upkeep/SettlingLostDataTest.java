package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.Timer;
import io.tapedeck.store.Answers;
import io.tapedeck.store.By;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.Seam;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.catalog.CatalogSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** An object that is not there is lost if the session still refers to it, and was replaced if not. */
class SettlingLostDataTest {
    private static final SessionKey SESSION = Fixtures.session("s1");
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(Settler.class);

    @TempDir
    Path folder;

    private SettlingRig rig;
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void open() {
        rig = new SettlingRig(folder, CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db")));
        logged.start();
        LOG.addAppender(logged);
    }

    @AfterEach
    void close() {
        LOG.detachAppender(logged);
        rig.close();
    }

    @Test
    void settle_ofASessionWhoseSegmentIsLost_failsWithAWarningThatNamesIt() throws Exception {
        append(Chunks.chunk(SESSION, "w1", 0));
        delete("segments/1.seg");

        try (Upkeep upkeep = rig.upkeep("one")) {
            assertThat(upkeep.settle()).isZero();
        }

        assertFailureNames("segments/1.seg");
    }

    @Test
    void settle_ofASessionWhoseRecordingIsLost_failsWithAWarningThatNamesIt() throws Exception {
        append(Chunks.chunk(SESSION, "w1", 0));
        try (Upkeep upkeep = rig.upkeep("one")) {
            assertThat(upkeep.settle()).isEqualTo(1);
            String recording = rig.layout(SESSION).recordings().get(0).key();
            append(Chunks.chunk(SESSION, "w1", 1));
            delete(recording);

            assertThat(upkeep.settle()).isZero();

            assertFailureNames(recording);
        }
    }

    @Test
    void settle_ofASessionThatAnotherSettlerSettlesMeanwhile_isAConflict() throws Exception {
        append(Chunks.chunk(SESSION, "w1", 0));
        try (Upkeep faster = rig.upkeep("faster");
                Upkeep slower = rig.upkeep("slower", rig.catalog, settledBy(faster))) {
            assertThat(slower.settle()).isZero();
        }

        assertThat(timesEnded("conflict")).isEqualTo(1);
        assertThat(timesEnded("failed")).isZero();
        assertThat(warnings()).isEmpty();
    }

    @Test
    void settle_ofASessionWhoseSegmentIsRewrittenMeanwhile_isDoneInTheNextRound() throws Exception {
        SessionKey erased = Fixtures.session("erased");
        rig.segment(List.of(Chunks.chunk(erased, "w2", 0), Chunks.chunk(SESSION, "w1", 0)));
        rig.clock.move(Chunks.START_AT - Fixtures.RECEIVED_AT + 100_000 + SettlingRig.SETTLE_AFTER_MS);
        rig.catalog.leaseSettleable("nobody", 1L << 60, 1L << 60, 1L << 60, (1L << 60) + 1, 10);
        rig.catalog.releaseSettling("nobody", SESSION);
        ErasureCatalog erasures = rig.catalog.catalogs().erasures();
        AtomicBoolean rewritten = new AtomicBoolean();
        try (Upkeep compacting = rig.upkeep("compacting");
                Upkeep settling = rig.upkeep("settling", rig.catalog, Seam.of(ObjectStore.class, (method, args) -> {
                    if (method.getName().equals("get") && rewritten.compareAndSet(false, true)) {
                        erasures.request(Subject.session(erased), null, new By("admin", rig.clock.millis()));
                        compacting.erase();
                        delete("segments/1.seg");
                    }
                    return method.invoke(rig.objects, args);
                }))) {
            assertThat(settling.settle()).isZero();
            assertThat(timesEnded("conflict")).isEqualTo(1);

            assertThat(settling.settle()).isEqualTo(1);
        }
        assertThat(rig.text(SESSION)).contains(SESSION.session() + "/0");
    }

    /** Before a segment is read first, its session is settled and the segment swept. */
    private ObjectStore settledBy(Upkeep faster) {
        AtomicBoolean settled = new AtomicBoolean();
        return Seam.of(ObjectStore.class, (method, args) -> {
            if (method.getName().equals("get") && settled.compareAndSet(false, true)) {
                rig.clock.move(SettlingRig.LEASE_MS + 1);
                assertThat(faster.settle()).isEqualTo(1);
                delete("segments/1.seg");
            }
            return method.invoke(rig.objects, args);
        });
    }

    private void append(Chunk chunk) {
        rig.segment(List.of(chunk));
        rig.clock.move(Chunks.START_AT - Fixtures.RECEIVED_AT + 100_000 + SettlingRig.SETTLE_AFTER_MS);
    }

    private void delete(String key) {
        Answers.get(rig.objects.delete(key));
    }

    private void assertFailureNames(String key) {
        assertThat(timesEnded("failed")).isEqualTo(1);
        assertThat(timesEnded("conflict")).isZero();
        assertThat(warnings())
                .singleElement()
                .satisfies(line ->
                        assertThat(line.getThrowableProxy().getMessage()).contains(key));
    }

    private List<ILoggingEvent> warnings() {
        return logged.list.stream()
                .filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .toList();
    }

    private long timesEnded(String outcome) {
        Timer timer = rig.meters.find("tapedeck.settle").tag("outcome", outcome).timer();
        return timer == null ? 0 : timer.count();
    }
}
