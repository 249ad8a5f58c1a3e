package io.tapedeck.playback;

import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.By;
import io.tapedeck.store.PeopleCatalog.Token;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/** The API tokens of programs. */
final class TokenEndpoints {
    private static final String PATH = "/api/v1/tokens";
    private static final int NAME_LENGTH_MAX = 100;
    private static final Parameter<String> ID = Parameter.pathId("id", "The token's id, which is not the token.");

    private final AdminDesk desk;
    private final Authenticator authenticator;

    TokenEndpoints(AdminDesk desk, Authenticator authenticator) {
        this.desk = desk;
        this.authenticator = authenticator;
    }

    List<Endpoint> all() {
        return List.of(
                Endpoint.adminRead(
                                PATH,
                                "tokens",
                                "The API tokens that are not revoked, oldest first.",
                                List.of(),
                                Answer.json("Tokens", "The tokens, without what they consist of"),
                                this::tokens)
                        .without(ProblemCode.NOT_FOUND),
                Endpoint.adminWrite(
                                HttpMethod.POST,
                                PATH,
                                "createToken",
                                "Make an API token. The answer is the only one that has it: it is stored as a hash.",
                                List.of(),
                                "NewToken",
                                Answer.json(201, "MadeToken", "The token"),
                                this::create)
                        .without(ProblemCode.NOT_FOUND)
                        .failingWith(ProblemCode.TAKEN, ProblemCode.LIMIT_REACHED),
                Endpoint.adminWrite(
                        HttpMethod.DELETE,
                        PATH + "/{id}",
                        "revokeToken",
                        "Revoke an API token for good. Programs that use it are refused within seconds.",
                        List.of(ID),
                        null,
                        Answer.empty("Revoked"),
                        this::revoke));
    }

    private Future<Reply> tokens(Call call) {
        return desk.answer(() -> new TokensView(
                desk.seams().people().tokens().stream().map(TokenView::of).toList()));
    }

    private Future<Reply> create(Call call) {
        RequestBody body = RequestBody.of(call, "name", "role");
        String name = body.text("name", NAME_LENGTH_MAX).strip();
        Role role = PeopleChange.role(body);
        By by = desk.by(call);
        return desk.answer(() -> {
            String secret = Secrets.generateApiToken();
            Token made = PeopleChange.make(
                    body, () -> desk.seams().people().createToken(name, role, Secrets.hash(secret), by));
            return MadeTokenView.of(made, secret);
        });
    }

    private Future<Reply> revoke(Call call) {
        By by = desk.by(call);
        return desk.done(() -> desk.seams().people().revokeToken(call.get(ID), by))
                .onComplete(done -> authenticator.forgetAll());
    }

    private record TokensView(List<TokenView> tokens) {}

    private record TokenView(String id, String name, String role, long createdAt) {
        static TokenView of(Token token) {
            return new TokenView(token.id(), token.name(), PeopleChange.word(token.role()), token.createdAt());
        }
    }

    /** @param token the secret, which is stored nowhere */
    private record MadeTokenView(String id, String name, String role, long createdAt, String token) {
        static MadeTokenView of(Token made, String secret) {
            return new MadeTokenView(made.id(), made.name(), PeopleChange.word(made.role()), made.createdAt(), secret);
        }
    }
}
