package io.tapedeck.store.block;

/** The versions of the store's formats that this program writes; it reads these and all before them. */
public final class FormatVersion {
    public static final int SEGMENT = 1;
    public static final int RECORDING = 1;

    private FormatVersion() {}
}
