package io.tapedeck.playback;

import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.By;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.function.Function;

/**
 * Erasing sessions, users and projects, and what became of it. What was erased stays listed under the project's slug,
 * also when the project itself was erased.
 */
final class ErasureEndpoints {
    private static final String PROJECT_PATH = "/api/v1/projects/{project}";
    private static final String ONE = PROJECT_PATH + "/erasures/{erasure}";
    private static final Parameter<String> ERASURE = Parameter.pathId("erasure", "The erasure's id.");
    private static final Parameter<String> USER =
            Parameter.pathText("user", "The user's id, as the site's recorders give it.", ".{1,200}");
    private static final Parameter<String> REASON =
            Parameter.text("reason", "Why, for the audit trail and the certificate.", 500);

    private final AdminDesk desk;

    ErasureEndpoints(AdminDesk desk) {
        this.desk = desk;
    }

    List<Endpoint> all() {
        return List.of(
                erase(
                        HttpMethod.DELETE,
                        PROJECT_PATH,
                        "eraseProject",
                        "Erase a project with all its sessions and keys. Its slug stays taken.",
                        List.of(ProjectEndpoints.PROJECT, REASON),
                        call -> Subject.project(call.get(ProjectEndpoints.PROJECT))),
                erase(
                        HttpMethod.DELETE,
                        PROJECT_PATH + "/sessions/{session}",
                        "eraseSession",
                        "Erase a session. It is gone from lists and reads at once.",
                        List.of(ProjectEndpoints.PROJECT, SessionEndpoints.SESSION, REASON),
                        call -> Subject.session(SessionEndpoints.key(call))),
                erase(
                        HttpMethod.POST,
                        PROJECT_PATH + "/subjects/{user}/erasure",
                        "eraseUser",
                        "Erase every session that ever carried a user, also those that are still on their way.",
                        List.of(ProjectEndpoints.PROJECT, USER, REASON),
                        call -> Subject.user(call.get(ProjectEndpoints.PROJECT), asRecorded(call.get(USER)))),
                Endpoint.adminRead(
                                "/api/v1/erasures",
                                "allErasures",
                                "The erasures of all projects, newest first.",
                                List.of(Paging.LIMIT, Paging.CURSOR),
                                Answer.json("Erasures", "One page of erasures"),
                                call -> list(null, call))
                        .without(ProblemCode.NOT_FOUND),
                Endpoint.adminRead(
                        PROJECT_PATH + "/erasures",
                        "erasures",
                        "A project's erasures, newest first.",
                        List.of(ProjectEndpoints.PROJECT, Paging.LIMIT, Paging.CURSOR),
                        Answer.json("Erasures", "One page of erasures"),
                        call -> list(call.get(ProjectEndpoints.PROJECT), call)),
                Endpoint.adminRead(
                        ONE,
                        "erasure",
                        "An erasure: what is still outstanding, and the certificate once nothing is.",
                        List.of(ProjectEndpoints.PROJECT, ERASURE),
                        Answer.json("Erasure", "The erasure"),
                        this::erasure),
                Endpoint.adminRead(
                        ONE + "/certificate",
                        "certificate",
                        "An erasure's certificate, as a file. There is none before the erasure is final.",
                        List.of(ProjectEndpoints.PROJECT, ERASURE),
                        Answer.json("Certificate", "The certificate, byte for byte as it was made"),
                        this::certificate));
    }

    /** Recorders' texts are kept with this in the place of what no database takes. */
    private static String asRecorded(String user) {
        return user.replace('\0', '\ufffd');
    }

    private Endpoint erase(
            HttpMethod method,
            String path,
            String name,
            String summary,
            List<Parameter<?>> parameters,
            Function<Call, Subject> subject) {
        Answer answer = Answer.json(202, "Erasure", "The erasure that has begun");
        return Endpoint.adminWrite(
                        method, path, name, summary, parameters, null, answer, call -> erase(call, subject.apply(call)))
                .failingWith(ProblemCode.HELD);
    }

    private Future<Reply> erase(Call call, Subject subject) {
        String reason = call.get(REASON);
        By by = desk.by(call);
        return desk.answer(() -> {
            desk.project(subject.project());
            ErasureCatalog erasures = desk.seams().erasures();
            Erasure erasure = AdminDesk.change(
                    ProblemCode.HELD,
                    "a session that this covers is under legal hold; nothing was erased",
                    () -> erasures.request(subject, reason, by));
            desk.seams().erasureRequested().run();
            return view(erasure);
        });
    }

    private Future<Reply> list(String project, Call call) {
        int limit = call.get(Paging.LIMIT);
        long below = call.get(Paging.CURSOR);
        return desk.answer(() -> {
            List<Erasure> found = desk.seams().erasures().erasures(project, below, limit);
            // Of an erased project, a page behind the last one is only empty.
            if (project != null && found.isEmpty() && below == 0) {
                desk.project(project);
            }
            String next = Paging.next(found, limit, Erasure::number);
            return new ErasuresView(found.stream().map(ErasureView::of).toList(), next);
        });
    }

    private Future<Reply> erasure(Call call) {
        return desk.answer(() -> view(find(call)));
    }

    private Future<Reply> certificate(Call call) {
        return desk.run(() -> find(call)).map(erasure -> {
            if (erasure.certificate() == null) {
                throw AdminDesk.notFound("there is no certificate before the erasure is final")
                        .asException();
            }
            call.ctx()
                    .response()
                    .putHeader(
                            "Content-Disposition",
                            "attachment; filename=\"tapedeck-erasure-" + erasure.id() + ".json\"");
            return new Reply.Json(Buffer.buffer(erasure.certificate()));
        });
    }

    private Erasure find(Call call) {
        String project = call.get(ProjectEndpoints.PROJECT);
        return desk.seams()
                .erasures()
                .erasure(call.get(ERASURE))
                .filter(erasure -> erasure.subject().project().equals(project))
                .orElseThrow(
                        () -> AdminDesk.notFound("there is no such erasure").asException());
    }

    private ErasureView view(Erasure erasure) {
        return ErasureView.of(
                erasure, erasure.finalAt() == null ? desk.seams().erasures().outstanding(erasure.id()) : null);
    }

    private record ErasuresView(List<ErasureView> erasures, String nextCursor) {}
}
