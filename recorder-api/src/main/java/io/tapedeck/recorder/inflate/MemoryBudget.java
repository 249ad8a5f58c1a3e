package io.tapedeck.recorder.inflate;

/** What a request may hold in memory. Whoever is about to allocate asks first. */
public interface MemoryBudget {
    /** @throws io.tapedeck.http.ProblemException OVER_CAPACITY if there is not that much left; then nothing is taken */
    void reserve(long bytes);

    /** Gives back what was reserved. */
    void release(long bytes);
}
