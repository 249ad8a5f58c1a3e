package io.tapedeck.store;

/** A change of accounts or tokens that {@link PeopleCatalog} refuses. Nothing was changed. */
public final class PeopleRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The name is another account's or token's. */
        TAKEN("the name is taken by an account or an API token, or is reserved"),
        /** There are as many as there may be. */
        TOO_MANY("there are as many as there may be: remove one that is not needed first"),
        /** It would leave no account that is an admin. */
        LAST_ADMIN("this is the last account that is an admin");

        private final String text;

        Reason(String text) {
            this.text = text;
        }
    }

    private final Reason reason;

    public PeopleRefusal(Reason reason) {
        super(reason.text);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
