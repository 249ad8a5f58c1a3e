package io.tapedeck.store.upkeep;

import java.util.LinkedHashMap;
import java.util.Map;

/** How much was verified. Written by the verifier's thread. */
public final class VerifyCounts {
    long segments;
    long recordings;
    /** Objects announced or doomed, which are not looked at. */
    long pending;

    long bytes;
    long blocks;
    long frames;
    long markerTracks;
    long sessions;
    long chunks;
    /** Copies in a tail of chunks that count elsewhere; settling takes them out. */
    long repeatedChunks;

    long events;
    long listed;
    long orphans;
    long broken;

    /** Whether nothing is broken. */
    public boolean isSound() {
        return broken == 0;
    }

    /** By name, in the order in which people want to read them. */
    public Map<String, Long> all() {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("sessions", sessions);
        all.put("events", events);
        all.put("chunks", chunks);
        all.put("repeatedChunks", repeatedChunks);
        all.put("recordings", recordings);
        all.put("frames", frames);
        all.put("markerTracks", markerTracks);
        all.put("segments", segments);
        all.put("blocks", blocks);
        all.put("bytes", bytes);
        all.put("pendingObjects", pending);
        all.put("listedObjects", listed);
        all.put("orphans", orphans);
        all.put("broken", broken);
        return all;
    }
}
