package io.tapedeck.store;

import java.util.Objects;

/** A change of accounts or tokens that {@link PeopleCatalog} refuses. Nothing was changed. */
public final class PeopleRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The name is another account's or token's. */
        TAKEN,
        /** There are as many as there may be. */
        TOO_MANY,
        /** It would leave no account that is an admin. */
        LAST_ADMIN
    }

    private final Reason reason;

    public PeopleRefusal(Reason reason) {
        super("people: " + reason);
        this.reason = Objects.requireNonNull(reason);
    }

    public Reason reason() {
        return reason;
    }
}
