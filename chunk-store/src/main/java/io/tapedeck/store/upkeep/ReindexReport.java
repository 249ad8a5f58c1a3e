package io.tapedeck.store.upkeep;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Is told what a {@link Reindexer} does. Used by its thread alone. */
public abstract class ReindexReport {
    /** Deleted since it was listed, or its key is destroyed; or damaged; anything else is an outage. */
    private static final Set<StoreErrorKind> UNREADABLE =
            Set.of(StoreErrorKind.NOT_FOUND, StoreErrorKind.CORRUPT, StoreErrorKind.UNSUPPORTED_VERSION);

    private final Counts counts = new Counts();

    /** How much was taken over. */
    public static final class Counts {
        long projects;
        long erasedProjects;
        long keys;
        long accounts;
        long marks;
        long tombstones;
        long recordings;
        long supersededRecordings;
        long overlappingRecordings;
        long segments;
        long emptySegments;
        long blocks;
        long repeatedBlocks;
        long passedOver;

        /** By name, in the order in which people want to read them. */
        public Map<String, Long> all() {
            Map<String, Long> all = new LinkedHashMap<>();
            all.put("projects", projects);
            all.put("erasedProjects", erasedProjects);
            all.put("keys", keys);
            all.put("accounts", accounts);
            all.put("marks", marks);
            all.put("tombstones", tombstones);
            all.put("recordings", recordings);
            all.put("supersededRecordings", supersededRecordings);
            all.put("overlappingRecordings", overlappingRecordings);
            all.put("segments", segments);
            all.put("emptySegments", emptySegments);
            all.put("blocks", blocks);
            all.put("repeatedBlocks", repeatedBlocks);
            all.put("passedOver", passedOver);
            return all;
        }

        /** How many objects could not be read. */
        public long passedOver() {
            return passedOver;
        }
    }

    public final Counts counts() {
        return counts;
    }

    final void passedOver(String key, StoreException why) {
        if (!UNREADABLE.contains(why.kind())) {
            throw why;
        }
        counts.passedOver++;
        unreadable(key, why);
    }

    /** An object cannot be read; it stays where it is and is not taken over. */
    protected abstract void unreadable(String key, StoreException why);

    /** This object is done. */
    protected abstract void reached(String key);
}
