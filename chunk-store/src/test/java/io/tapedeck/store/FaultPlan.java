package io.tapedeck.store;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Decides which of the calls to a store's seams fails, and how. Calls are counted from 1 on, over all seams together.
 * Thread-safe.
 */
final class FaultPlan implements CallGate {
    /** How the chosen call fails. */
    enum Mode {
        /** It fails and did nothing. */
        FAIL_BEFORE,
        /** It fails though it took effect. */
        FAIL_AFTER,
        /** It fails and did nothing, and so do all calls after it until {@link #heal}. */
        FAIL_FROM_HERE,
        /** The process dies before it. */
        DIE_BEFORE,
        /** The process dies after it. */
        DIE_AFTER
    }

    private final AtomicInteger calls = new AtomicInteger();
    /** 0: none. */
    private volatile int chosen;
    /** The first call of this name becomes the chosen one; null: a number was given. */
    private final String chosenName;

    private final Mode mode;
    private final Runnable onDeath;
    private volatile boolean healed;
    private volatile boolean dead;
    private volatile boolean fired;

    private FaultPlan(int chosen, String chosenName, Mode mode, Runnable onDeath) {
        this.chosen = chosen;
        this.chosenName = chosenName;
        this.mode = mode;
        this.onDeath = onDeath;
    }

    static FaultPlan none() {
        return new FaultPlan(0, null, Mode.FAIL_BEFORE, () -> {});
    }

    /** @param onDeath called at the moment of death, before anything else can happen */
    static FaultPlan at(int call, Mode mode, Runnable onDeath) {
        return new FaultPlan(call, null, mode, onDeath);
    }

    /** All calls fail from the first one of that name on, until {@link #heal}. */
    static FaultPlan from(String name) {
        return new FaultPlan(0, name, Mode.FAIL_FROM_HERE, () -> {});
    }

    int calls() {
        return calls.get();
    }

    boolean fired() {
        return fired;
    }

    boolean isDead() {
        return dead;
    }

    /** Whether every call fails until {@link #heal}. */
    boolean isFailingFromHere() {
        return fired && !healed && mode == Mode.FAIL_FROM_HERE;
    }

    /** From now on every call works, unless the process has died. */
    void heal() {
        healed = true;
    }

    @Override
    public <T> T call(String name, Callable<T> call) {
        int number = calls.incrementAndGet();
        if (dead) {
            throw failure(name);
        }
        if (chosen == 0 && name.equals(chosenName)) {
            chosen = number;
        }
        boolean isChosen = number == chosen || (mode == Mode.FAIL_FROM_HERE && number > chosen && chosen > 0);
        if (!isChosen || healed) {
            return run(call);
        }
        fired = true;
        switch (mode) {
            case FAIL_BEFORE, FAIL_FROM_HERE -> throw failure(name);
            case FAIL_AFTER -> {
                run(call);
                throw failure(name);
            }
            case DIE_BEFORE -> {
                die();
                throw failure(name);
            }
            case DIE_AFTER -> {
                run(call);
                die();
                throw failure(name);
            }
        }
        throw new AssertionError(mode);
    }

    private synchronized void die() {
        dead = true;
        onDeath.run();
    }

    private static <T> T run(Callable<T> call) {
        try {
            return call.call();
        } catch (Exception e) {
            throw StoreException.of(e);
        }
    }

    private static StoreException failure(String name) {
        return new StoreException(StoreErrorKind.UNAVAILABLE, name + " fails on purpose");
    }
}
