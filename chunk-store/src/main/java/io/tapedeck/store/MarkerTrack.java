package io.tapedeck.store;

import io.tapedeck.store.event.Marker;
import java.util.List;

/**
 * The markers of a session by time.
 *
 * @param truncated whether the bound on markers was reached and later ones are left out
 */
public record MarkerTrack(long rev, List<Marker> markers, boolean truncated) {}
