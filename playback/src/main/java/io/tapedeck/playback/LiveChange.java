package io.tapedeck.playback;

import io.tapedeck.store.Manifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a live stream says of a change, as JSON. Immutable.
 *
 * @param rev of the session now
 * @param since the rev that {@code grown} is to be added to; null if the manifest is to be fetched
 * @param grown the manifest at {@code rev}, but only with the frames that were added {@code since}, each of which follows
 *     the frames of its window that were there before; null with {@code since}
 */
record LiveChange(long rev, Long since, ManifestView grown) {
    /** A change of which only the rev is told. */
    static LiveChange bare(long rev) {
        return new LiveChange(rev, null, null);
    }

    /**
     * What leads from one manifest to a later one.
     *
     * @param before null if it is not known
     * @return a bare change if frames were replaced, changed, or put between others
     */
    static LiveChange between(Manifest before, Manifest after) {
        long rev = after.session().rev();
        List<Manifest.Frame> added = before == null ? null : added(before, after);
        if (added == null) {
            return bare(rev);
        }
        Manifest grown = new Manifest(after.session(), after.behindMs(), after.windows(), added, after.gaps());
        return new LiveChange(rev, before.session().rev(), ManifestView.of(grown));
    }

    /** The frames that follow those that were there before, window by window; null if that is not all that happened. */
    private static List<Manifest.Frame> added(Manifest before, Manifest after) {
        Map<String, List<Manifest.Frame>> known = new HashMap<>();
        for (Manifest.Frame frame : before.frames()) {
            known.computeIfAbsent(frame.window().value(), window -> new ArrayList<>())
                    .add(frame);
        }
        Map<String, Integer> matched = new HashMap<>();
        List<Manifest.Frame> added = new ArrayList<>();
        for (Manifest.Frame frame : after.frames()) {
            String window = frame.window().value();
            int next = matched.getOrDefault(window, 0);
            List<Manifest.Frame> expected = known.getOrDefault(window, List.of());
            if (next == expected.size()) {
                added.add(frame);
            } else if (!frame.equals(expected.get(next))) {
                return null;
            } else {
                matched.put(window, next + 1);
            }
        }
        int kept = matched.values().stream().mapToInt(Integer::intValue).sum();
        return kept == before.frames().size() ? added : null;
    }
}
