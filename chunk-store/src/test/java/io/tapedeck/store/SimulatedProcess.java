package io.tapedeck.store;

import java.util.concurrent.Callable;

/** One life of a process: its calls go through the simulation, and after its death there are none. Used by one thread. */
abstract class SimulatedProcess {
    final Simulation simulation;
    private Life life = new Life();

    SimulatedProcess(Simulation simulation) {
        this.simulation = simulation;
    }

    /** From a start to a death. */
    private static final class Life {
        private boolean dead;
        /** Whether something of it is under way, further up the stack. */
        private boolean busy;
    }

    /** A piece of work. */
    interface Work {
        void run() throws InterruptedException;
    }

    boolean isDead() {
        return life.dead;
    }

    /** Whether it may be asked for something: it is not in the middle of something else. */
    boolean isFree() {
        return !life.busy;
    }

    /** The process is gone, with all that it has in memory. */
    abstract void crash();

    void die() {
        life.dead = true;
    }

    void begin() {
        life = new Life();
    }

    void work(Work work) throws InterruptedException {
        Life own = life;
        own.busy = true;
        try {
            work.run();
        } finally {
            own.busy = false;
        }
    }

    static <T> T run(Callable<T> call) {
        try {
            return call.call();
        } catch (Exception e) {
            throw StoreException.of(e);
        }
    }

    static StoreException failure(String name) {
        return new StoreException(StoreErrorKind.UNAVAILABLE, name + " fails on purpose");
    }

    /** The gate for one of its seams, for as long as it lives. */
    CallGate gate(String seam) {
        Life own = life;
        return new CallGate() {
            @Override
            public <T> T call(String name, Callable<T> call) {
                if (own.dead) {
                    throw failure(name);
                }
                return simulation.call(SimulatedProcess.this, seam + " " + name, call);
            }
        };
    }
}
