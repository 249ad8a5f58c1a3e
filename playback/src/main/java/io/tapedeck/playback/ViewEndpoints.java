package io.tapedeck.playback;

import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.ViewCatalog.Viewing;
import io.vertx.core.Future;
import java.util.List;

/** Who has watched a session: for everybody who may watch it too. */
final class ViewEndpoints {
    private final AdminDesk desk;
    private final Workers workers;

    /** @param workers for reading, which each look at a session does */
    ViewEndpoints(AdminDesk desk, Workers workers) {
        this.desk = desk;
        this.workers = workers;
    }

    List<Endpoint> all() {
        return List.of(Endpoint.read(
                "/api/v1/projects/{project}/sessions/{session}/views",
                "views",
                "Who has watched a session, who was seen last first. Watching is fetching its events or following"
                        + " it live; what is said here may be some minutes behind.",
                List.of(ProjectEndpoints.PROJECT, SessionEndpoints.SESSION),
                Answer.json("Views", "The viewers"),
                this::views));
    }

    private Future<Reply> views(Call call) {
        SessionKey session = SessionEndpoints.key(call);
        return workers.run(
                () -> new Reply.Json(Json.encode(new ViewsView(desk.seams().views().viewings(session).stream()
                        .map(ViewView::of)
                        .toList()))));
    }

    private record ViewsView(List<ViewView> views) {}

    /** @param madeBy who made the link; null for the others */
    private record ViewView(String viewer, String kind, String madeBy, long firstAt, long lastAt, long times) {
        static ViewView of(Viewing viewing) {
            return new ViewView(
                    viewing.viewer().name(),
                    viewing.viewer().kind().word(),
                    viewing.viewer().madeBy(),
                    viewing.firstAt(),
                    viewing.lastAt(),
                    viewing.times());
        }
    }
}
