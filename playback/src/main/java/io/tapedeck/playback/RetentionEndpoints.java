package io.tapedeck.playback;

import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.By;
import io.tapedeck.store.RetentionPolicy;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/** How long a project keeps its sessions. */
final class RetentionEndpoints {
    private static final String PATH = "/api/v1/projects/{project}/retention";

    private final AdminDesk desk;

    RetentionEndpoints(AdminDesk desk) {
        this.desk = desk;
    }

    List<Endpoint> all() {
        return List.of(
                Endpoint.adminRead(
                        PATH,
                        "retention",
                        "How long a project keeps its sessions.",
                        List.of(ProjectEndpoints.PROJECT),
                        Answer.json("Retention", "The policy"),
                        this::retention),
                Endpoint.adminWrite(
                        HttpMethod.PUT,
                        PATH,
                        "setRetention",
                        "Set how long a project keeps its sessions, those already stored included.",
                        List.of(ProjectEndpoints.PROJECT),
                        "Retention",
                        Answer.json("Retention", "The policy as it is now"),
                        this::set),
                Endpoint.adminWrite(
                        HttpMethod.POST,
                        PATH + "/preview",
                        "previewRetention",
                        "What would go at once if the project had this policy. Nothing is changed.",
                        List.of(ProjectEndpoints.PROJECT),
                        "Retention",
                        Answer.json("RetentionPreview", "What would go and stay"),
                        this::preview));
    }

    private Future<Reply> retention(Call call) {
        return desk.answer(() -> RetentionView.of(
                desk.project(call.get(ProjectEndpoints.PROJECT)).settings().retention()));
    }

    private Future<Reply> set(Call call) {
        RetentionPolicy policy = policy(call);
        By by = desk.by(call);
        return desk.answer(() -> RetentionView.of(desk.seams()
                .projects()
                .change(call.get(ProjectEndpoints.PROJECT), project -> with(project, policy), by)
                .settings()
                .retention()));
    }

    private Future<Reply> preview(Call call) {
        RetentionPolicy policy = policy(call);
        return desk.answer(() -> {
            Project project = desk.project(call.get(ProjectEndpoints.PROJECT));
            return desk.seams().retention().preview(project.slug(), policy, desk.now());
        });
    }

    private static RetentionPolicy policy(Call call) {
        return RetentionView.read(RequestBody.of(call, "keepHours", "rules"));
    }

    private static Project with(Project project, RetentionPolicy policy) {
        ProjectSettings like = project.settings();
        return new Project(
                project.slug(),
                project.number(),
                project.name(),
                new ProjectSettings(
                        like.masking(),
                        like.onLessMasking(),
                        like.origins(),
                        policy,
                        like.sampleRate(),
                        like.recording(),
                        like.capture()));
    }
}
