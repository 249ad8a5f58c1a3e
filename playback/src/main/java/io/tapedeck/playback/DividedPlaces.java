package io.tapedeck.playback;

import java.util.HashMap;
import java.util.Map;

/**
 * A number of places, of which nobody gets all if there are two: one link up to a quarter, all links together up to half, one account or
 * API token up to three quarters; each at least one. Not thread-safe.
 */
final class DividedPlaces {
    private final int max;
    private final Map<PlaceHolder, Integer> takenByOne = new HashMap<>();
    private int takenByLinks;
    private int taken;

    DividedPlaces(int max) {
        this.max = max;
    }

    int taken() {
        return taken;
    }

    boolean isThereOneFor(PlaceHolder holder) {
        int own = takenByOne.getOrDefault(holder, 0);
        return taken < max
                && (holder.byLink()
                        ? own < atLeastOne(max / 4) && takenByLinks < atLeastOne(max / 2)
                        : own < atLeastOne(max - atLeastOne(max / 4)));
    }

    void take(PlaceHolder holder) {
        takenByOne.merge(holder, 1, Integer::sum);
        takenByLinks += holder.byLink() ? 1 : 0;
        taken++;
    }

    void free(PlaceHolder holder) {
        takenByOne.computeIfPresent(holder, (who, own) -> own == 1 ? null : own - 1);
        takenByLinks -= holder.byLink() ? 1 : 0;
        taken--;
    }

    private static int atLeastOne(int places) {
        return Math.max(1, places);
    }
}
