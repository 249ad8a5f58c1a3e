package io.tapedeck.recorder;

/** What became of an upload that was acknowledged. */
enum Taken {
    /** Something of it is new. */
    STORED("stored"),
    /** All that it holds was known. */
    REPEATED("repeated"),
    /** It holds nothing of a recording: a client's analytics, transactions, logs. */
    FOREIGN("foreign");

    private final String outcome;

    Taken(String outcome) {
        this.outcome = outcome;
    }

    /** What metrics call it. */
    String outcome() {
        return outcome;
    }
}
