package io.tapedeck.store.block;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import java.util.List;

/** A segment's footer as JSON has it. */
record FooterDocument(String node, long epoch, long journalFrom, long journalTo, List<Session> sessions) {
    record Session(String project, String session, SessionFacts facts, List<BlockRef> blocks) {}

    static FooterDocument of(SegmentFooter footer) {
        return new FooterDocument(
                footer.node(),
                footer.epoch(),
                footer.journalFrom(),
                footer.journalTo(),
                footer.sessions().stream()
                        .map(session -> new Session(
                                session.session().project(),
                                session.session().session(),
                                session.facts(),
                                session.blocks()))
                        .toList());
    }

    /** @param end one past the last byte of the blocks */
    SegmentFooter toFooter(long end) {
        BlockBounds.require(node != null && sessions != null, "a footer without node or sessions");
        for (Session session : sessions) {
            BlockBounds.require(session != null && session.blocks() != null, "a session without blocks");
            BlockBounds.check(session.facts());
            session.blocks().forEach(block -> BlockBounds.check(block, end));
        }
        try {
            return new SegmentFooter(
                    node,
                    epoch,
                    journalFrom,
                    journalTo,
                    sessions.stream()
                            .map(session -> new SegmentSession(
                                    new SessionKey(session.project(), session.session()),
                                    session.facts(),
                                    session.blocks()))
                            .toList());
        } catch (IllegalArgumentException e) {
            throw Frames.corrupt("a footer with an impossible session", e);
        }
    }
}
