package io.tapedeck.recorder.privacy;

import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.CaptureSettings;

/**
 * What is kept of events from a client that does not say what it has masked.
 *
 * @param level what is hidden beyond that; at {@link MaskingLevel#OPEN} addresses keep the values of their queries
 */
record Keeping(MaskingLevel level, boolean console, boolean network, boolean headers, boolean bodies, boolean errors) {
    static Keeping of(ProjectSettings project) {
        CaptureSettings capture = project.capture();
        return new Keeping(
                project.masking(),
                capture.console(),
                capture.network(),
                capture.networkHeaders(),
                capture.networkBodies(),
                capture.errors());
    }

    Keeping at(MaskingLevel other) {
        return new Keeping(other, console, network, headers, bodies, errors);
    }

    boolean hidesInput() {
        return level != MaskingLevel.OPEN;
    }

    boolean hidesText() {
        return level == MaskingLevel.STRICT;
    }

    boolean hidesQueries() {
        return level != MaskingLevel.OPEN;
    }
}
