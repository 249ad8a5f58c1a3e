package io.tapedeck.playback;

import io.tapedeck.http.ForwardedHeaders;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Access;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.By;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionReader;
import io.tapedeck.store.ShareCatalog;
import io.tapedeck.store.ShareCatalog.NewShare;
import io.tapedeck.store.ShareCatalog.Share;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Links to one session each, for people without an account: who is logged in makes and revokes them, and whoever has one
 * sees what it leads to. What such people read of the session are the other endpoints' {@link Endpoint#shared} twins.
 */
final class ShareEndpoints {
    /** What a link is made for with nothing said: a week. */
    private static final long LASTS_HOURS = 7 * 24;

    private static final long LASTS_HOURS_MAX = 30 * 24;
    private static final int ID_LENGTH = 12;
    private static final String PATH = "/api/v1/projects/{project}/sessions/{session}/shares";
    private static final Parameter<String> SHARE =
            Parameter.pathId("share", "The share's id; not the secret of its link.");

    private final SessionReader reader;
    private final AdminDesk desk;
    private final ForwardedHeaders forwarded;
    private final Vertx vertx;
    private final boolean enabled;

    /** @param enabled whether links can be made and work */
    ShareEndpoints(SessionReader reader, AdminDesk desk, ForwardedHeaders forwarded, Vertx vertx, boolean enabled) {
        this.reader = reader;
        this.desk = desk;
        this.forwarded = forwarded;
        this.vertx = vertx;
        this.enabled = enabled;
    }

    List<Endpoint> all() {
        return List.of(
                Endpoint.read(
                        PATH,
                        "shares",
                        "The links to a session that have not ended, oldest first, without their secrets.",
                        List.of(ProjectEndpoints.PROJECT, SessionEndpoints.SESSION),
                        Answer.json("Shares", "The shares"),
                        this::shares),
                Endpoint.adminWrite(
                                HttpMethod.POST,
                                PATH,
                                "createShare",
                                "Make a link with which people without an account play this session, and nothing else. It is "
                                        + "shown once.",
                                List.of(ProjectEndpoints.PROJECT, SessionEndpoints.SESSION),
                                "NewShare",
                                Answer.json(201, "CreatedShare", "The share with its link"),
                                this::create)
                        .with(Access.VIEWER)
                        .failingWith(ProblemCode.LIMIT_REACHED, ProblemCode.SHARING_OFF),
                Endpoint.adminWrite(
                                HttpMethod.DELETE,
                                PATH + "/{share}",
                                "revokeShare",
                                "End a link for good and at once.",
                                List.of(ProjectEndpoints.PROJECT, SessionEndpoints.SESSION, SHARE),
                                null,
                                Answer.empty("Revoked"),
                                this::revoke)
                        .with(Access.VIEWER),
                Endpoint.read(
                                ShareAdmission.PATH,
                                "share",
                                "What a link leads to. A link that was revoked or has expired, or whose session is gone, is "
                                        + "NOT_FOUND like one that never was.",
                                List.of(ShareAdmission.TOKEN),
                                Answer.json("SharedSession", "The session and where to begin"),
                                this::share)
                        .with(Access.SHARE));
    }

    private Future<Reply> shares(Call call) {
        SessionKey session = SessionEndpoints.key(call);
        // Without a session there are no shares either, which is something else than none of a session.
        return SessionEndpoints.ask(vertx, () -> reader.manifest(session))
                .compose(found -> desk.answer(() -> new SharesView(
                        enabled,
                        desk.seams().shares().shares(session, desk.now()).stream()
                                .map(ShareView::of)
                                .toList())));
    }

    private Future<Reply> create(Call call) {
        SessionKey session = SessionEndpoints.key(call);
        RequestBody body = RequestBody.of(call, "lastsHours", "startMs");
        long lastsHours = body.has("lastsHours") ? body.number("lastsHours", 1, LASTS_HOURS_MAX) : LASTS_HOURS;
        long startMs = body.has("startMs") ? body.number("startMs", 0, SessionEndpoints.OFFSET_MS_MAX) : 0;
        if (!enabled) {
            throw Problem.of(ProblemCode.SHARING_OFF, null).asException();
        }
        By by = desk.by(call);
        String base = forwarded.base(call.ctx().request()).url();
        return desk.answer(() -> {
            String token = Secrets.generate();
            long expiresAt = by.at() + TimeUnit.HOURS.toMillis(lastsHours);
            NewShare wanted =
                    new NewShare(Secrets.letters(ID_LENGTH), Secrets.hash(token), session, expiresAt, startMs);
            Share made = AdminDesk.change(
                    ProblemCode.LIMIT_REACHED,
                    "a session has at most " + ShareCatalog.SHARES_MAX + " links at the same time: revoke one",
                    () -> desk.seams().shares().create(wanted, by));
            return CreatedShareView.of(made, token, base + "/app/share/" + token);
        });
    }

    private Future<Reply> revoke(Call call) {
        SessionKey session = SessionEndpoints.key(call);
        By by = desk.by(call);
        return desk.done(() -> desk.seams().shares().revoke(session, call.get(SHARE), by));
    }

    private Future<Reply> share(Call call) {
        Share share = call.share();
        return SessionEndpoints.ask(vertx, () -> reader.manifest(share.session()))
                .map(manifest -> new Reply.Json(Json.encode(new SharedSessionView(
                        SessionView.of(manifest.session(), manifest.behindMs()), share.startMs(), share.expiresAt()))));
    }

    /** @param enabled whether links can be made and work */
    private record SharesView(boolean enabled, List<ShareView> shares) {}

    private record ShareView(String id, String madeBy, long createdAt, long expiresAt, long startMs) {
        static ShareView of(Share share) {
            return new ShareView(share.id(), share.madeBy(), share.createdAt(), share.expiresAt(), share.startMs());
        }
    }

    private record CreatedShareView(
            String id, String madeBy, long createdAt, long expiresAt, long startMs, String token, String url) {
        static CreatedShareView of(Share share, String token, String url) {
            return new CreatedShareView(
                    share.id(), share.madeBy(), share.createdAt(), share.expiresAt(), share.startMs(), token, url);
        }
    }

    private record SharedSessionView(SessionView session, long startMs, long expiresAt) {}
}
