package io.tapedeck.store.event;

/** Events that are not what they must be. The message says what is wrong and where, and never holds content. */
public final class MalformedEventsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int offset;

    /**
     * @param problem what is wrong, in words that hold nothing of the content
     * @param offset the byte at which it was noticed, counted from the start of the array that was scanned
     */
    public MalformedEventsException(String problem, int offset) {
        super(problem + " at byte " + offset);
        this.offset = offset;
    }

    public int offset() {
        return offset;
    }
}
