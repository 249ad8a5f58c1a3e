package io.tapedeck.store.upkeep;

/** Is told what a {@link Verifier} finds, when it finds it. Used by the verifier's thread alone. */
public abstract class VerifyReport {
    private final VerifyCounts counts = new VerifyCounts();

    /** What can be wrong. */
    public enum Trouble {
        /** The catalog refers to what is not there. */
        MISSING,
        /** It is there and cannot be read. */
        CORRUPT,
        /** It can be read and is not what the catalog says. */
        MISMATCH,
        /** A chunk is in a session's replay twice. */
        DUPLICATE,
        /** Nothing refers to it. Nothing is lost by it. */
        ORPHAN
    }

    /** What was looked at so far. */
    public final VerifyCounts counts() {
        return counts;
    }

    final void trouble(String where, Trouble trouble, String what) {
        if (trouble == Trouble.ORPHAN) {
            counts.orphans++;
        } else {
            counts.broken++;
        }
        found(where, trouble, what);
    }

    final void at(VerifyPosition position) {
        reached(position.toString());
    }

    /** @param where the object's key, or {@code project/session} */
    protected abstract void found(String where, Trouble trouble, String what);

    /** Everything up to here is done; {@link Verifier#verifyAll} can go on from here. */
    protected abstract void reached(String position);
}
