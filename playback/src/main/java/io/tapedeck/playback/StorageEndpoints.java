package io.tapedeck.playback;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.By;
import io.tapedeck.store.Catalog.CatalogTotals;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.ErasureCatalog.NodePassed;
import io.tapedeck.store.ProjectCatalog.ProjectStorage;
import io.tapedeck.store.RetentionCatalog.Removed;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/** What is stored, in numbers, and the nodes whose journals hold what is not stored yet. */
final class StorageEndpoints {
    private static final Parameter<String> NODE = Parameter.pathId("node", "The node's id.");

    private final AdminDesk desk;

    StorageEndpoints(AdminDesk desk) {
        this.desk = desk;
    }

    List<Endpoint> all() {
        return List.of(
                Endpoint.adminRead(
                        "/api/v1/projects/{project}/storage",
                        "storage",
                        "What is stored of a project, up to a minute ago, and in the whole system.",
                        List.of(ProjectEndpoints.PROJECT),
                        Answer.json("Storage", "The numbers"),
                        this::storage),
                Endpoint.adminRead(
                                "/api/v1/nodes",
                                "nodes",
                                "The nodes that have a journal, and up to which erasure each has cleared it.",
                                List.of(),
                                Answer.json("Nodes", "The nodes"),
                                this::nodes)
                        .without(ProblemCode.NOT_FOUND),
                Endpoint.adminWrite(
                                HttpMethod.POST,
                                "/api/v1/nodes/{node}/retirement",
                                "retireNode",
                                "Say that a node will never start again and its journal is gone: erasures no longer "
                                        + "wait for it.",
                                List.of(NODE),
                                null,
                                Answer.empty("Retired"),
                                this::retire)
                        .failingWith(ProblemCode.NODE_RUNS));
    }

    private Future<Reply> storage(Call call) {
        return desk.answer(() -> {
            String project = desk.project(call.get(ProjectEndpoints.PROJECT)).slug();
            return StorageView.of(
                    desk.seams().projects().storage(project),
                    desk.seams().retention().removed(project),
                    desk.seams().totals().get(),
                    desk.seams().journalBytes().get());
        });
    }

    private Future<Reply> nodes(Call call) {
        return desk.answer(() -> {
            ErasureCatalog erasures = desk.seams().erasures();
            return new NodesView(
                    erasures.nodes().stream().map(ErasureView.NodeView::of).toList(), erasures.newest());
        });
    }

    private Future<Reply> retire(Call call) {
        String id = call.get(NODE);
        By by = desk.by(call);
        return desk.done(() -> {
            NodePassed node = desk.seams().erasures().nodes().stream()
                    .filter(known -> known.node().equals(id))
                    .findFirst()
                    .orElseThrow(() -> AdminDesk.notFound("there is no such node, or it is retired already")
                            .asException());
            if (node.runs(by.at())) {
                throw Problem.of(ProblemCode.NODE_RUNS, "a node that was seen in the last minute can't be retired")
                        .asException();
            }
            desk.seams().erasures().retireNode(id, by);
        });
    }

    /** A project's numbers as JSON: the components are the members, in this order. */
    private record StorageView(
            long sessions,
            long unsettledSessions,
            long bytesRaw,
            long bytesStored,
            Removed removed,
            SystemView system) {
        static StorageView of(ProjectStorage stored, Removed removed, CatalogTotals totals, Long journalBytes) {
            return new StorageView(
                    stored.sessions(),
                    stored.unsettledSessions(),
                    stored.bytesRaw(),
                    stored.bytesStored(),
                    removed,
                    new SystemView(
                            totals.sessions(),
                            totals.unsettledSessions(),
                            totals.segments(),
                            totals.recordings(),
                            totals.doomedObjects(),
                            journalBytes));
        }
    }

    /** @param journalBytes of the process that answers; null if it has no journal */
    private record SystemView(
            long sessions,
            long unsettledSessions,
            long segments,
            long recordings,
            long doomedObjects,
            Long journalBytes) {}

    private record NodesView(List<ErasureView.NodeView> nodes, long newestErasure) {}
}
