package io.tapedeck.store;

/** How the keys of each kind of objects begin. */
public final class ObjectFolders {
    /** See {@link RecordingKey}. */
    public static final String RECORDINGS = "recordings/";
    /** See {@link SegmentKey}. */
    public static final String SEGMENTS = "segments/";
    /** What a catalog is made anew from besides recordings and segments, and what proves erasures. */
    public static final String META = "meta/";
    /** What admins have made. */
    public static final String ADMIN = META + "admin/";
    /** Certificates of erasures, with the lists of objects that belong to them. */
    public static final String ERASURES = META + "erasures/";
    /** Keys that recordings are encrypted with, wrapped. */
    public static final String KEYS = META + "keys/";
    /** What was erased, so that it does not come back. */
    public static final String TOMBSTONES = META + "tombstones/";

    private ObjectFolders() {}
}
