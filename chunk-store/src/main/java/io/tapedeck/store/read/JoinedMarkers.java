package io.tapedeck.store.read;

import io.tapedeck.store.MarkerTrack;
import io.tapedeck.store.event.Marker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The marker tracks of a session's parts as one track, by time. Stateless.
 *
 * <p>A page that one track ends on and another begins with was gone to once. There are at most {@value #MARKERS_MAX}
 * markers: if there are more, console lines and requests are left out first.
 */
final class JoinedMarkers {
    static final int MARKERS_MAX = 50_000;

    private JoinedMarkers() {}

    static MarkerTrack of(long rev, List<MarkerTrack> tracks) {
        if (tracks.size() == 1) {
            return tracks.get(0);
        }
        List<Marker> all = new ArrayList<>();
        boolean truncated = false;
        for (MarkerTrack track : tracks) {
            all.addAll(track.markers());
            truncated |= track.truncated();
            if (all.size() > MARKERS_MAX) {
                all.removeIf(JoinedMarkers::isRoutine);
                all.subList(Math.min(MARKERS_MAX, all.size()), all.size()).clear();
                truncated = true;
            }
        }
        all.sort(Comparator.comparingLong(Marker::at));
        return new MarkerTrack(rev, withoutRepeatedPages(all), truncated);
    }

    private static boolean isRoutine(Marker marker) {
        return marker.kind() == Marker.Kind.REQUEST
                || (marker.kind() == Marker.Kind.CONSOLE && !"error".equals(marker.level()));
    }

    private static List<Marker> withoutRepeatedPages(List<Marker> sorted) {
        Map<String, String> pages = new HashMap<>();
        List<Marker> kept = new ArrayList<>(sorted.size());
        for (Marker marker : sorted) {
            boolean repeated = marker.kind() == Marker.Kind.NAVIGATION
                    && marker.title().equals(pages.put(marker.window(), marker.title()));
            if (!repeated) {
                kept.add(marker);
            }
        }
        return List.copyOf(kept);
    }
}
