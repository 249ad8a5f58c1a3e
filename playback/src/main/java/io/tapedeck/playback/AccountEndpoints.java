package io.tapedeck.playback;

import io.tapedeck.http.BaseUrl;
import io.tapedeck.http.ForwardedHeaders;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Access;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.AdminCatalog.Principal;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Logging in and out, who one is, and one's own password. */
final class AccountEndpoints {
    private final Logins logins;
    private final Authenticator authenticator;
    private final ForwardedHeaders forwarded;

    AccountEndpoints(Logins logins, Authenticator authenticator, ForwardedHeaders forwarded) {
        this.logins = logins;
        this.authenticator = authenticator;
        this.forwarded = forwarded;
    }

    List<Endpoint> all() {
        return List.of(
                new Endpoint(
                        HttpMethod.POST,
                        "/api/v1/login",
                        "login",
                        "Log in with name and password; the answer sets the login cookie.",
                        Access.PUBLIC,
                        List.of(),
                        "Login",
                        Answer.json("Me", "Logged in"),
                        Set.of(
                                ProblemCode.BAD_CREDENTIALS,
                                ProblemCode.CROSS_ORIGIN,
                                ProblemCode.RATE_LIMITED,
                                ProblemCode.OVER_CAPACITY,
                                ProblemCode.UNAVAILABLE),
                        this::login),
                new Endpoint(
                        HttpMethod.POST,
                        "/api/v1/logout",
                        "logout",
                        "End the login that the cookie stands for, if there is one.",
                        Access.PUBLIC,
                        List.of(),
                        null,
                        Answer.empty("Logged out"),
                        Set.of(ProblemCode.CROSS_ORIGIN, ProblemCode.OVER_CAPACITY, ProblemCode.UNAVAILABLE),
                        this::logout),
                Endpoint.read("/api/v1/me", "me", "Who one is.", List.of(), Answer.json("Me", "The account"), this::me)
                        .without(ProblemCode.NOT_FOUND),
                new Endpoint(
                        HttpMethod.POST,
                        "/api/v1/me/password",
                        "changePassword",
                        "Change one's own password, with a login. All other logins of the account end. Counts as a login"
                                + " where tries are limited.",
                        Access.VIEWER,
                        List.of(),
                        "PasswordChange",
                        Answer.empty("Changed"),
                        Set.of(
                                ProblemCode.BAD_CREDENTIALS,
                                ProblemCode.FORBIDDEN,
                                ProblemCode.CROSS_ORIGIN,
                                ProblemCode.RATE_LIMITED,
                                ProblemCode.UNAVAILABLE),
                        this::changePassword));
    }

    private Future<Reply> login(Call call) {
        BaseUrl base = forwarded.base(call.ctx().request());
        SameOrigin.refuseOthers(call.ctx().request(), base);
        LoginRequest request = LoginRequest.read(call);
        String client = forwarded.client(call.ctx().request());
        return logins.login(request.name(), request.password(), client).map(login -> {
            long lastsS = TimeUnit.MILLISECONDS.toSeconds(login.lastsMs());
            LoginCookie.set(call.ctx().response(), base, login.secret(), lastsS);
            return new Reply.Json(Json.encode(MeView.of(login.principal())));
        });
    }

    private Future<Reply> logout(Call call) {
        BaseUrl base = forwarded.base(call.ctx().request());
        String secret = LoginCookie.read(call.ctx().request());
        if (secret == null) {
            return Future.succeededFuture(new Reply.Empty());
        }
        SameOrigin.require(call.ctx().request(), base);
        return logins.logout(secret, authenticator).map(done -> {
            LoginCookie.clear(call.ctx().response(), base);
            return new Reply.Empty();
        });
    }

    private Future<Reply> me(Call call) {
        return Future.succeededFuture(new Reply.Json(Json.encode(MeView.of(call.principal()))));
    }

    private Future<Reply> changePassword(Call call) {
        String login = authenticator.loginOf(call.ctx().request());
        if (login == null) {
            throw Problem.of(ProblemCode.FORBIDDEN, "an API token has no password: log in")
                    .asException();
        }
        RequestBody body = RequestBody.of(call, "currentPassword", "newPassword");
        String current = body.text("currentPassword", PasswordHasher.PASSWORD_LENGTH_MAX);
        String wanted = PeopleChange.newPassword(body, "newPassword");
        String client = forwarded.client(call.ctx().request());
        return logins.changePassword(call.principal().name(), current, wanted, login, client)
                .map(done -> {
                    authenticator.forgetAll();
                    return new Reply.Empty();
                });
    }

    /** An account as JSON. */
    private record MeView(String name, String role) {
        static MeView of(Principal principal) {
            return new MeView(principal.name(), principal.role().name().toLowerCase(Locale.ROOT));
        }
    }
}
