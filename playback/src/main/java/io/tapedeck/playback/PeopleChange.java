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
        ProblemCode code = switch (refusal.reason()) {
            case TAKEN -> ProblemCode.TAKEN;
            case TOO_MANY -> ProblemCode.LIMIT_REACHED;
            case LAST_ADMIN -> ProblemCode.LAST_ADMIN;
        };
        return Problem.of(code, refusal.getMessage());
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
        String password = body.text(member, PasswordHasher.PASSWORD_LENGTH_MAX);
        if (password.length() < PasswordHasher.PASSWORD_LENGTH_MIN) {
            throw body.refused(member + " must have " + PasswordHasher.PASSWORD_LENGTH_MIN + " characters at least");
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
