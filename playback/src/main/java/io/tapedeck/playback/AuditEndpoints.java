package io.tapedeck.playback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.ProjectCatalog.AuditEntry;
import io.vertx.core.Future;
import java.util.List;

/** Who changed what, when. A project's trail stays when the project was erased. */
final class AuditEndpoints {
    private final AdminDesk desk;

    AuditEndpoints(AdminDesk desk) {
        this.desk = desk;
    }

    List<Endpoint> all() {
        return List.of(
                Endpoint.adminRead(
                                "/api/v1/audit",
                                "allAudit",
                                "Everything that was changed, newest first.",
                                List.of(Paging.LIMIT, Paging.CURSOR),
                                Answer.json("AuditTrail", "One page of the trail"),
                                call -> list(null, call))
                        .without(ProblemCode.NOT_FOUND),
                Endpoint.adminRead(
                        "/api/v1/projects/{project}/audit",
                        "audit",
                        "What was changed in a project, newest first.",
                        List.of(ProjectEndpoints.PROJECT, Paging.LIMIT, Paging.CURSOR),
                        Answer.json("AuditTrail", "One page of the trail"),
                        call -> list(call.get(ProjectEndpoints.PROJECT), call)));
    }

    private Future<Reply> list(String project, Call call) {
        int limit = call.get(Paging.LIMIT);
        long below = call.get(Paging.CURSOR);
        return desk.answer(() -> {
            List<AuditEntry> found = desk.seams().projects().audit(project, below, limit);
            // Of an erased project, a page behind the last one is only empty.
            if (project != null && found.isEmpty() && below == 0) {
                desk.project(project);
            }
            String next = Paging.next(found, limit, AuditEntry::number);
            return new AuditView(found.stream().map(EntryView::of).toList(), next);
        });
    }

    private record AuditView(List<EntryView> entries, String nextCursor) {}

    /** One change as JSON: the components are the members, in this order. */
    private record EntryView(
            long number, long at, String actor, String action, String project, String subject, JsonNode detail) {
        static EntryView of(AuditEntry entry) {
            return new EntryView(
                    entry.number(),
                    entry.at(),
                    entry.actor(),
                    entry.action(),
                    entry.project(),
                    entry.subject(),
                    entry.detail() == null ? null : detail(entry.detail()));
        }

        /** What is not JSON is shown as it is: a trail that can't be read would hide the rest. */
        private static JsonNode detail(String json) {
            try {
                return Json.MAPPER.readTree(json);
            } catch (JsonProcessingException e) {
                return TextNode.valueOf(json);
            }
        }
    }
}
