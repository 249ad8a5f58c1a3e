package io.tapedeck.store.block;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;

/** The versions of the store's object formats that this program writes; it reads these and all before them. */
public final class FormatVersion {
    public static final int SEGMENT = 1;
    public static final int RECORDING = 1;

    private FormatVersion() {}

    /** @throws StoreException UNSUPPORTED_VERSION if {@code found} is later than {@code known}, CORRUPT if it never was */
    static void require(String what, int found, int known) {
        if (found < 1) {
            throw new StoreException(StoreErrorKind.CORRUPT, what + " of version " + found);
        }
        if (found > known) {
            throw new StoreException(
                    StoreErrorKind.UNSUPPORTED_VERSION,
                    what + " of version " + found + ", this program reads up to " + known);
        }
    }
}
