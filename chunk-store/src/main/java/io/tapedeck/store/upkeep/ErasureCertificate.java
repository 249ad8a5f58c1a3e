package io.tapedeck.store.upkeep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.store.ErasureCatalog.ErasedObject;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.NodePassed;
import io.tapedeck.store.ErasureCatalog.SubjectKind;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.Sha256;
import io.tapedeck.store.UserDigest;
import java.util.List;
import java.util.Locale;

/**
 * The certificate of an erasure as JSON without white space, its members always in the same order. The last one is the
 * digest: SHA-256, as hex, of the text without that member. Users are named by their digest only. Not thread-safe.
 */
final class ErasureCertificate {
    private static final int VERSION = 1;
    private static final JsonMapper JSON = new JsonMapper();

    /** What no erasure reaches. */
    static final List<String> OUT_OF_REACH = List.of(
            "backups and other copies of the object store or the catalog that were made before",
            "what people exported, downloaded or took pictures of",
            "what PostgreSQL keeps of deleted rows until it is vacuumed, and in its log and archives",
            "journals on disks of nodes that were retired without being recovered, which the audit trail names",
            "unreadable pieces of journal files that do not name what was erased; they go after 7 days",
            "what a disk or a file system keeps of deleted files");

    private final ObjectNode certificate = JSON.createObjectNode();
    private final ArrayNode sessions = JSON.createArrayNode();
    private final ArrayNode objects = JSON.createArrayNode();
    private final ArrayNode lists = JSON.createArrayNode();
    private long objectCount;
    private long bytes;

    ErasureCertificate(Erasure erasure, long finalAt) {
        certificate.put("version", VERSION);
        certificate.put("erasure", erasure.id());
        certificate.put("project", erasure.subject().project());
        certificate.put("kind", erasure.subject().kind().name().toLowerCase(Locale.ROOT));
        certificate.put("subject", subject(erasure));
        certificate.put("reason", erasure.reason());
        certificate.put("requestedBy", erasure.requested().actor());
        certificate.put("requestedAt", erasure.requested().at());
        certificate.put("finalAt", finalAt);
        certificate.put("sessions", erasure.sessions());
    }

    private static String subject(Erasure erasure) {
        return erasure.subject().kind() == SubjectKind.USER
                ? UserDigest.of(erasure.subject().project(), erasure.subject().name())
                : erasure.subject().name();
    }

    void addSession(SessionKey session) {
        sessions.add(session.session());
    }

    void addObjects(List<ErasedObject> deleted) {
        deleted.forEach(object -> objects.add(json(object)));
        count(deleted);
    }

    /** Objects that are listed in an object of their own, as there are so many. */
    void addList(String key, String list, List<ErasedObject> deleted) {
        lists.addObject().put("key", key).put("sha256", Sha256.hex(list));
        count(deleted);
    }

    private void count(List<ErasedObject> deleted) {
        objectCount += deleted.size();
        bytes += deleted.stream().mapToLong(ErasedObject::bytes).sum();
    }

    static String list(List<ErasedObject> deleted) {
        ArrayNode list = JSON.createArrayNode();
        deleted.forEach(object -> list.add(json(object)));
        return text(list);
    }

    /** @param nodes all of which have passed the erasure */
    String finish(List<NodePassed> nodes) {
        certificate.set("sessionIds", sessions);
        certificate.put("objectsDeleted", objectCount);
        certificate.put("bytesDeleted", bytes);
        certificate.set("objects", objects);
        certificate.set("moreObjects", lists);
        ArrayNode passed = certificate.putArray("nodes");
        nodes.forEach(node -> passed.add(node.node()));
        ArrayNode outOfReach = certificate.putArray("outOfReach");
        OUT_OF_REACH.forEach(outOfReach::add);
        certificate.put("digest", Sha256.hex(text(certificate)));
        return text(certificate);
    }

    private static ObjectNode json(ErasedObject object) {
        return JSON.createObjectNode()
                .put("key", object.key())
                .put("kind", object.kind().name().toLowerCase(Locale.ROOT))
                .put("bytes", object.bytes())
                .put("deletedAt", object.deletedAt());
    }

    private static String text(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a certificate can be written as JSON", e);
        }
    }
}
