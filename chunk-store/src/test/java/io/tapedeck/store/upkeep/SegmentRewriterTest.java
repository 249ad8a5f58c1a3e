package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.By;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.CompactionCatalog.LiveSegment;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.Seam;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.block.PackedLines;
import io.tapedeck.store.block.SegmentWriter.Segment;
import io.tapedeck.store.catalog.CatalogSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentRewriterTest {
    private static final int SESSIONS = 60;

    @TempDir
    Path folder;

    private SettlingRig rig;
    private final List<Integer> reads = new ArrayList<>();

    @BeforeEach
    void open() {
        rig = new SettlingRig(folder, CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db")));
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            chunks.add(Chunks.chunk(session(i), "w" + i, 0));
        }
        rig.segment(chunks);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void blocksOfManySessions_areReadTogether() throws Exception {
        erase(7, 30);

        Segment copy = copy();

        assertThat(reads).hasSize(1);
        assertThat(copy.footer().sessions()).hasSize(SESSIONS - 2);
        assertSound(copy);
    }

    @Test
    void whatIsNotWanted_isPassedOver_whereItIsMost() throws Exception {
        int[] most = new int[SESSIONS - 2];
        for (int i = 0; i < most.length; i++) {
            most[i] = i + 1;
        }
        erase(most);

        Segment copy = copy();

        assertThat(reads).hasSize(2);
        assertThat(copy.footer().sessions())
                .extracting(SegmentSession::session)
                .containsExactly(session(0), session(59));
        assertSound(copy);
    }

    private void erase(int... sessions) {
        for (int i : sessions) {
            Erasure erasure = rig.catalog
                    .catalogs()
                    .erasures()
                    .request(Subject.session(session(i)), null, new By("admin", rig.clock.millis()));
            rig.catalog.catalogs().erasures().erase(erasure.id(), List.of(session(i)), rig.clock.millis());
        }
    }

    private Segment copy() throws InterruptedException {
        long now = rig.clock.millis();
        List<LiveSegment> leased = rig.catalog
                .catalogs()
                .compaction()
                .leaseRewritable("x", now, now, now + SettlingRig.LEASE_MS, 10, 10_000);
        ObjectStore watched = Seam.of(ObjectStore.class, (method, args) -> {
            if (method.getName().equals("get")) {
                reads.add((Integer) args[2]);
            }
            return method.invoke(rig.objects, args);
        });
        SegmentRewriter.Copy copy = new SegmentRewriter(watched, rig.meters).copy(leased, "x");
        assertThat(copy.copied()).isEqualTo(leased).hasSize(1);
        return copy.segment();
    }

    /** Each session's lines are those of before. */
    private static void assertSound(Segment copy) {
        for (SegmentSession held : copy.footer().sessions()) {
            BlockRef block = held.blocks().get(0);
            ByteBuffer frame = copy.bytes().slice(Math.toIntExact(block.offset()), block.length());
            assertThat(new String(new PackedLines(frame, block.rawLength()).unpack(), StandardCharsets.UTF_8))
                    .contains(held.session().session() + "/0");
        }
    }

    private static SessionKey session(int i) {
        return Fixtures.session("s" + i);
    }
}
