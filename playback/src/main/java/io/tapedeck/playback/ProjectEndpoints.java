package io.tapedeck.playback;

import io.tapedeck.http.ForwardedHeaders;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Access;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.WriteKey;
import io.vertx.core.Future;
import java.util.List;

/** Projects and their write keys. */
final class ProjectEndpoints {
    static final Parameter<String> PROJECT = Parameter.pathId("project", "The project's slug.");

    private final AdminCatalog admin;
    private final ForwardedHeaders forwarded;
    private final Workers workers;

    ProjectEndpoints(AdminCatalog admin, ForwardedHeaders forwarded, Workers workers) {
        this.admin = admin;
        this.forwarded = forwarded;
        this.workers = workers;
    }

    List<Endpoint> all() {
        return List.of(
                Endpoint.read(
                                "/api/v1/projects",
                                "projects",
                                "All projects, by number.",
                                List.of(),
                                Answer.json("Projects", "The projects"),
                                this::projects)
                        .without(ProblemCode.NOT_FOUND),
                Endpoint.read(
                                "/api/v1/projects/{project}/keys",
                                "keys",
                                "A project's write keys, oldest first, and the snippet to paste into its pages.",
                                List.of(PROJECT),
                                Answer.json("Keys", "The keys"),
                                this::keys)
                        .with(Access.ADMIN));
    }

    /** Fails with NOT_FOUND if there is no such project. Blocks. */
    static void require(AdminCatalog admin, String slug) {
        if (admin.project(slug).isEmpty()) {
            throw Problem.of(ProblemCode.NOT_FOUND, "there is no such project").asException();
        }
    }

    private Future<Reply> projects(Call call) {
        return workers.run(() -> new Reply.Json(Json.encode(
                new ProjectsView(admin.projects().stream().map(ProjectView::of).toList()))));
    }

    private Future<Reply> keys(Call call) {
        String slug = call.get(PROJECT);
        String baseUrl = forwarded.base(call.ctx().request()).url();
        return workers.run(() -> {
            require(admin, slug);
            List<WriteKey> keys = admin.writeKeys(slug);
            String snippet =
                    keys.isEmpty() ? null : snippet(baseUrl, keys.get(0).key());
            return new Reply.Json(
                    Json.encode(new KeysView(keys.stream().map(KeyView::of).toList(), snippet)));
        });
    }

    private static String snippet(String baseUrl, String key) {
        return "<script async src=\"" + Html.attribute(baseUrl + "/recorder.js") + "\" data-key=\""
                + Html.attribute(key) + "\"></script>";
    }

    private record ProjectsView(List<ProjectView> projects) {}

    private record ProjectView(String slug, int number, String name) {
        static ProjectView of(Project project) {
            return new ProjectView(project.slug(), project.number(), project.name());
        }
    }

    /** @param snippet null if there is no key */
    private record KeysView(List<KeyView> keys, String snippet) {}

    private record KeyView(String key, long createdAt) {
        static KeyView of(WriteKey key) {
            return new KeyView(key.key(), key.createdAt());
        }
    }
}
