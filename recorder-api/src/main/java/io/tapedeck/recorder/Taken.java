package io.tapedeck.recorder;

/** What became of an upload that was acknowledged. */
enum Taken {
    /** Something of it is new. */
    STORED,
    /** All that it holds was known. */
    REPEATED,
    /** It holds nothing of a recording: a client's analytics, transactions, logs. */
    FOREIGN
}
