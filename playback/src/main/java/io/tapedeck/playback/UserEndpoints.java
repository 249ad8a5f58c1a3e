package io.tapedeck.playback;

import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.By;
import io.tapedeck.store.PeopleCatalog.Person;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/** The accounts of people. Passwords are hashed on the desk's threads. */
final class UserEndpoints {
    private static final String PATH = "/api/v1/users";
    private static final int NAME_LENGTH_MAX = 100;
    /** Wider than what an account may be called today, so that any can be removed. */
    private static final Parameter<String> NAME =
            Parameter.pathText("name", "The account's name.", "[^/\\x00-\\x1f]{1,200}");

    private final AdminDesk desk;
    private final Authenticator authenticator;
    private final PasswordHasher hasher;

    UserEndpoints(AdminDesk desk, Authenticator authenticator, PasswordHasher hasher) {
        this.desk = desk;
        this.authenticator = authenticator;
        this.hasher = hasher;
    }

    List<Endpoint> all() {
        return List.of(
                Endpoint.adminRead(
                                PATH,
                                "users",
                                "All accounts, by name.",
                                List.of(),
                                Answer.json("Users", "The accounts"),
                                this::users)
                        .without(ProblemCode.NOT_FOUND),
                Endpoint.adminWrite(
                                HttpMethod.POST,
                                PATH,
                                "createUser",
                                "Add an account.",
                                List.of(),
                                "NewUser",
                                Answer.json(201, "User", "The account"),
                                this::create)
                        .without(ProblemCode.NOT_FOUND)
                        .failingWith(ProblemCode.TAKEN, ProblemCode.LIMIT_REACHED),
                Endpoint.adminWrite(
                                HttpMethod.PATCH,
                                PATH + "/{name}",
                                "changeUser",
                                "Give an account another role or another password. Another password ends its logins,"
                                        + " but for the one that this call is made with.",
                                List.of(NAME),
                                "UserChange",
                                Answer.json("User", "The account as it is now"),
                                this::change)
                        .failingWith(ProblemCode.LAST_ADMIN),
                Endpoint.adminWrite(
                                HttpMethod.DELETE,
                                PATH + "/{name}",
                                "removeUser",
                                "Remove an account. Its logins end; what it did stays in the audit trail.",
                                List.of(NAME),
                                null,
                                Answer.empty("Removed"),
                                this::remove)
                        .failingWith(ProblemCode.LAST_ADMIN));
    }

    private Future<Reply> users(Call call) {
        return desk.answer(() -> new UsersView(desk.seams().people().accounts(desk.now()).stream()
                .map(UserView::of)
                .toList()));
    }

    private Future<Reply> create(Call call) {
        RequestBody body = RequestBody.of(call, "name", "role", "password");
        String name = body.text("name", NAME_LENGTH_MAX);
        Role role = PeopleChange.role(body);
        String password = PeopleChange.newPassword(body, "password");
        By by = desk.by(call);
        return desk.answer(() -> {
            Account account = new Account(name, role, hasher.hash(password));
            return PeopleChange.make(body, () -> {
                desk.seams().people().add(account, by);
                return new UserView(name, PeopleChange.word(role), 0);
            });
        });
    }

    private Future<Reply> change(Call call) {
        String name = call.get(NAME);
        RequestBody body = RequestBody.of(call, "role", "password");
        Role role = body.has("role") ? PeopleChange.role(body) : null;
        String password = body.has("password") ? PeopleChange.newPassword(body, "password") : null;
        // Of another account than the caller's it is not, and so ends nobody's.
        String keptLogin = authenticator.loginOf(call.ctx().request());
        By by = desk.by(call);
        return desk.answer(() -> {
                    String hash = password == null ? null : hasher.hash(password);
                    PeopleChange.make(() -> desk.seams().people().change(name, role, hash, keptLogin, by));
                    return desk.seams().people().accounts(desk.now()).stream()
                            .filter(person -> person.name().equals(name))
                            .map(UserView::of)
                            .findFirst()
                            .orElseThrow(() -> AdminDesk.notFound("the account was removed meanwhile")
                                    .asException());
                })
                .onComplete(done -> authenticator.forgetAll());
    }

    private Future<Reply> remove(Call call) {
        By by = desk.by(call);
        return desk.done(() -> PeopleChange.make(() -> desk.seams().people().remove(call.get(NAME), by)))
                .onComplete(done -> authenticator.forgetAll());
    }

    private record UsersView(List<UserView> users) {}

    /** An account as its admins see it. */
    private record UserView(String name, String role, int logins) {
        static UserView of(Person person) {
            return new UserView(person.name(), PeopleChange.word(person.role()), person.logins());
        }
    }
}
