package io.tapedeck.playback;

import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Access;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.AdminCatalog.OnLessMasking;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.By;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Projects and their settings. */
final class ProjectEndpoints {
    static final Parameter<String> PROJECT = Parameter.pathId("project", "The project's slug.");

    private static final String PATH = "/api/v1/projects/{project}";
    private static final Pattern SLUG = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    /** As browsers write it in the header {@code Origin}: without a path, in lower case, without a default port. */
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/?#\\s@\\\\,]+");

    private static final int NAME_LENGTH_MAX = 100;
    private static final int ORIGINS_MAX = 100;
    private static final int ORIGIN_LENGTH_MAX = 300;
    private static final Map<String, MaskingLevel> MASKING = words(MaskingLevel.values());
    private static final Map<String, OnLessMasking> ON_LESS_MASKING = words(OnLessMasking.values());

    private final AdminDesk desk;
    private final Workers workers;

    ProjectEndpoints(AdminDesk desk, Workers workers) {
        this.desk = desk;
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
                Endpoint.adminWrite(
                                HttpMethod.POST,
                                "/api/v1/projects",
                                "createProject",
                                "Make a project. It starts with everything at its default and without a key.",
                                List.of(),
                                "NewProject",
                                Answer.json(201, "ProjectDetails", "The project"),
                                this::create)
                        .without(ProblemCode.NOT_FOUND)
                        .failingWith(ProblemCode.TAKEN),
                Endpoint.read(
                                PATH,
                                "project",
                                "A project and its settings.",
                                List.of(PROJECT),
                                Answer.json("ProjectDetails", "The project"),
                                this::project)
                        .with(Access.ADMIN),
                Endpoint.adminWrite(
                        HttpMethod.PATCH,
                        PATH,
                        "changeProject",
                        "Change a project. Recorders follow within seconds; retention has an address of its own.",
                        List.of(PROJECT),
                        "ProjectChange",
                        Answer.json("ProjectDetails", "The project as it is now"),
                        this::change));
    }

    private Future<Reply> projects(Call call) {
        return workers.run(() -> new Reply.Json(Json.encode(new ProjectsView(
                desk.seams().settings().projects().stream().map(ProjectView::of).toList()))));
    }

    private Future<Reply> create(Call call) {
        RequestBody body = RequestBody.of(call, "slug", "name");
        String slug = body.text("slug", ORIGIN_LENGTH_MAX);
        if (!SLUG.matcher(slug).matches()) {
            throw body.refused("slug must be 1 to 40 characters of a-z, 0-9 and '-', beginning with a letter");
        }
        String name = name(body, slug);
        By by = desk.by(call);
        return desk.answer(() -> ProjectDetails.of(AdminDesk.change(
                ProblemCode.TAKEN,
                "the slug " + slug + " is or was another project's",
                () -> accepted(body, () -> desk.seams().projects().create(slug, name, by)))));
    }

    private Future<Reply> project(Call call) {
        String slug = call.get(PROJECT);
        return desk.answer(() -> ProjectDetails.of(desk.project(slug)));
    }

    private Future<Reply> change(Call call) {
        RequestBody body = RequestBody.of(
                call, "name", "masking", "onLessMasking", "origins", "sampleRate", "recording", "capture");
        UnaryOperator<Project> change = project -> changed(project, body);
        // What is wrong with the body is said before the store is asked.
        changed(new Project(call.get(PROJECT), 1, "", ProjectSettings.DEFAULT), body);
        By by = desk.by(call);
        return desk.answer(() ->
                ProjectDetails.of(accepted(body, () -> desk.seams().projects().change(call.get(PROJECT), change, by))));
    }

    /** The catalog looks closer at names and origins; what it finds wrong with them is wrong with the body. */
    private static Project accepted(RequestBody body, Supplier<Project> change) {
        try {
            return change.get();
        } catch (IllegalArgumentException e) {
            throw body.refused(e.getMessage());
        }
    }

    private static Project changed(Project project, RequestBody body) {
        ProjectSettings like = project.settings();
        return new Project(
                project.slug(),
                project.number(),
                name(body, project.name()),
                new ProjectSettings(
                        body.word("masking", MASKING, like.masking()),
                        body.word("onLessMasking", ON_LESS_MASKING, like.onLessMasking()),
                        origins(body, like.origins()),
                        like.retention(),
                        body.share("sampleRate", like.sampleRate()),
                        body.flag("recording", like.recording()),
                        CaptureView.read(body, like.capture())));
    }

    private static String name(RequestBody body, String otherwise) {
        if (!body.has("name")) {
            return otherwise;
        }
        String name = body.text("name", NAME_LENGTH_MAX).strip();
        if (name.isEmpty()) {
            throw body.refused("name must not be blank");
        }
        return name;
    }

    private static List<String> origins(RequestBody body, List<String> otherwise) {
        Set<String> origins = new LinkedHashSet<>();
        for (String given : body.texts("origins", ORIGINS_MAX, ORIGIN_LENGTH_MAX, otherwise)) {
            String origin = given.toLowerCase(Locale.ROOT);
            if (!ORIGIN.matcher(origin).matches()) {
                throw body.refused("origins must be of the form https://example.com, without a path");
            }
            origins.add(origin.replaceFirst("^(http://.*):80$|^(https://.*):443$", "$1$2"));
        }
        return List.copyOf(origins);
    }

    private static <E extends Enum<E>> Map<String, E> words(E[] values) {
        Map<String, E> words = new TreeMap<>();
        for (E value : values) {
            words.put(value.name().toLowerCase(Locale.ROOT), value);
        }
        return words;
    }

    private record ProjectsView(List<ProjectView> projects) {}

    private record ProjectView(String slug, int number, String name) {
        static ProjectView of(Project project) {
            return new ProjectView(project.slug(), project.number(), project.name());
        }
    }

    /** A project as its admins see it. */
    private record ProjectDetails(
            String slug,
            int number,
            String name,
            String masking,
            String onLessMasking,
            List<String> origins,
            double sampleRate,
            boolean recording,
            CaptureView capture,
            RetentionView retention) {
        static ProjectDetails of(Project project) {
            ProjectSettings settings = project.settings();
            return new ProjectDetails(
                    project.slug(),
                    project.number(),
                    project.name(),
                    settings.masking().name().toLowerCase(Locale.ROOT),
                    settings.onLessMasking().name().toLowerCase(Locale.ROOT),
                    settings.origins(),
                    settings.sampleRate(),
                    settings.recording(),
                    CaptureView.of(settings.capture()),
                    RetentionView.of(settings.retention()));
        }
    }
}
