package io.tapedeck.store;

/**
 * Is told of the store's larger pieces of work, so that somebody may follow them as traces: what the object store and the
 * catalog are asked while a piece of work is under way on a thread is part of it. Thread-safe; no call fails or waits.
 */
public interface WorkTracer {
    /** Follows nothing. */
    WorkTracer NONE = new WorkTracer() {
        @Override
        public Work begin(String operation) {
            return Work.NONE;
        }

        @Override
        public Place here() {
            return Place.NONE;
        }
    };

    /** Work begins on this thread. */
    Work begin(String operation);

    /** What this thread is at, to be gone on with on another one. */
    Place here();

    /** Work under way, which ends on the thread that began it when it is closed. */
    interface Work extends AutoCloseable {
        Work NONE = () -> {};

        /** It does not come to what it was begun for. */
        default void failed() {}

        @Override
        void close();
    }

    /** A place in the work of some thread. */
    interface Place {
        Place NONE = Runnable::run;

        /** Does a part of that work on this thread. */
        void run(Runnable part);
    }
}
