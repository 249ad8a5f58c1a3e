package io.tapedeck.store.upkeep;

import io.tapedeck.store.AdoptionCatalog.AdoptedSegment;
import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.EventCounts;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.block.SegmentFooter;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes over segments: those of their blocks that hold a chunk that is nowhere else. A block whose chunks are all in
 * recordings was settled, or came late; one whose chunks are all in other segments was rewritten. Segments with a block that
 * cannot be read come last, when a sound copy of it is known if there is one. Used by one thread.
 */
final class SegmentAdoption {
    private final Adopting adopting;
    private final List<String> damaged = new ArrayList<>();

    SegmentAdoption(Adopting adopting) {
        this.adopting = adopting;
    }

    void add(String key) throws InterruptedException {
        try {
            SegmentFooter footer = adopting.stored.footer(key);
            if (isReadable(key, footer)) {
                take(key, footer);
            } else {
                damaged.add(key);
            }
        } catch (StoreException e) {
            adopting.report.passedOver(key, e);
        }
    }

    /** Takes over those with damaged blocks; these are kept where nothing else has their chunks. */
    void finish() throws InterruptedException {
        for (String key : damaged) {
            try {
                take(key, adopting.stored.footer(key));
            } catch (StoreException e) {
                adopting.report.passedOver(key, e);
            }
        }
        damaged.clear();
    }

    private void take(String key, SegmentFooter footer) throws InterruptedException {
        long bytes = adopting.stored.size(key);
        List<SegmentSession> kept = new ArrayList<>();
        List<SessionKey> former = new ArrayList<>();
        for (SegmentSession held : footer.sessions()) {
            SegmentSession needed = needed(held);
            if (needed == null) {
                former.add(held.session());
            } else {
                kept.add(needed);
            }
        }
        adopting.adoption.adoptSegment(new AdoptedSegment(
                key,
                adopting.objectStoreId,
                bytes,
                footer.node(),
                footer.epoch(),
                footer.journalFrom(),
                footer.journalTo(),
                kept,
                former,
                adopting.clock.millis()));
        adopting.report.counts().segments += kept.isEmpty() ? 0 : 1;
        adopting.report.counts().emptySegments += kept.isEmpty() ? 1 : 0;
    }

    /** Whether every block that would be taken over can be read. */
    private boolean isReadable(String key, SegmentFooter footer) throws InterruptedException {
        List<BlockRef> blocks = new ArrayList<>();
        for (SegmentSession held : footer.sessions()) {
            SessionChunks known = adopting.known(held.session());
            held.blocks().stream().filter(block -> !known.holdsAll(block)).forEach(blocks::add);
        }
        try {
            adopting.stored.checkBlocks(key, blocks);
            return true;
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.CORRUPT) {
                return false;
            }
            throw e;
        }
    }

    /** What of a session's blocks is not known yet; null if all is. */
    private SegmentSession needed(SegmentSession held) {
        SessionChunks known = adopting.known(held.session());
        List<BlockRef> blocks = new ArrayList<>();
        for (BlockRef block : held.blocks()) {
            if (known.holdsAll(block)) {
                adopting.report.counts().repeatedBlocks++;
            } else {
                known.addAll(block);
                blocks.add(block);
                adopting.report.counts().blocks++;
            }
        }
        adopting.keep(held.session(), known);
        if (blocks.isEmpty()) {
            return null;
        }
        return new SegmentSession(held.session(), facts(held, blocks), blocks);
    }

    /** What adds up is counted from the blocks that are left; what happened in them is not known until they are settled. */
    private static SessionFacts facts(SegmentSession held, List<BlockRef> blocks) {
        if (blocks.size() == held.blocks().size()) {
            return held.facts();
        }
        return held.facts()
                .counting(
                        blocks.stream().mapToLong(BlockRef::events).sum(),
                        blocks.stream().mapToLong(BlockRef::rawLength).sum(),
                        EventCounts.NONE);
    }
}
