package io.tapedeck.playback;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.PeopleRefusal;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What changes of accounts and of tokens have in common. */
final class PeopleChange {
    /** As for the account of the first start. */
    private static final int PASSWORD_LENGTH_MIN = 8;

    private static final Map<String, Role> ROLES = roles();

    private PeopleChange() {}

    /** Calls the store, and tells its refusals in the words of what was asked for. */
    static <T> T make(RequestBody body, Supplier<T> change) {
        try {
            return change.get();
        } catch (IllegalArgumentException e) {
            throw body.refused(e.getMessage());
        } catch (PeopleRefusal e) {
            throw problem(e).asException();
        }
    }

    /** The same for a change that has no body. */
    static void make(Runnable change) {
        try {
            change.run();
        } catch (PeopleRefusal e) {
            throw problem(e).asException();
        }
    }

    private static Problem problem(PeopleRefusal refusal) {
        return switch (refusal.reason()) {
            case TAKEN ->
                Problem.of(ProblemCode.TAKEN, "the name is taken by an account or an API token, or is reserved");
            case TOO_MANY -> Problem.of(ProblemCode.LIMIT_REACHED, "remove one that is not needed first");
            case LAST_ADMIN -> Problem.of(ProblemCode.LAST_ADMIN, "this is the last account that is an admin");
        };
    }

    /** A role that must be there. */
    static Role role(RequestBody body) {
        return body.word("role", ROLES, null);
    }

    static String word(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    /** A password to be set, which must be there. */
    static String newPassword(RequestBody body, String member) {
        String password = body.text(member, LoginRequest.PASSWORD_LENGTH_MAX);
        if (password.length() < PASSWORD_LENGTH_MIN) {
            throw body.refused(member + " must have " + PASSWORD_LENGTH_MIN + " characters at least");
        }
        return password;
    }

    private static Map<String, Role> roles() {
        Map<String, Role> words = new TreeMap<>();
        for (Role role : Role.values()) {
            words.put(word(role), role);
        }
        return words;
    }
}
