package io.tapedeck.store.meta;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tapedeck.store.AdoptionCatalog.Tombstone;
import io.tapedeck.store.Calls;
import io.tapedeck.store.ErasureCatalog.SubjectKind;
import io.tapedeck.store.ObjectFolders;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.ObjectStore.StoredObject;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tombstones of erasure in the object store, at {@code meta/tombstones/{project}/{session|user|project}/{name}.json}, where
 * {@code name} is the session's id, the user's digest and the time (who comes back can be erased again), or the project's
 * slug once more. Kept for ever: a catalog that is made
 * anew applies them first. Blocks; thread-safe.
 */
public final class TombstoneFiles {
    private static final int VERSION = 1;
    /** More than a tombstone has. */
    private static final int BYTES_MAX = 4_096;

    private static final JsonMapper JSON = new JsonMapper();

    private final ObjectStore objects;

    public TombstoneFiles(ObjectStore objects) {
        this.objects = objects;
    }

    public static String key(Tombstone tombstone) {
        String name = switch (tombstone.kind()) {
            case SESSION -> tombstone.name();
            case USER -> tombstone.name() + "-" + tombstone.at();
            case PROJECT -> tombstone.project();
        };
        return key(tombstone.kind(), tombstone.project(), name);
    }

    private static String key(SubjectKind kind, String project, String name) {
        return ObjectFolders.TOMBSTONES + project + "/" + folder(kind) + "/" + name + ".json";
    }

    /** Writes a tombstone. There is one of the same subject already: that stays. */
    public void write(Tombstone tombstone) throws InterruptedException {
        byte[] json = encode(tombstone);
        try {
            Calls.await(objects.put(key(tombstone), ByteBuffer.wrap(json)));
        } catch (StoreException e) {
            if (e.kind() != StoreErrorKind.CONFLICT) {
                throw e;
            }
        }
    }

    /** Whether a session or its project is erased by what is here. */
    public boolean covers(SessionKey session) throws InterruptedException {
        return isThere(key(SubjectKind.SESSION, session.project(), session.session()))
                || isThere(key(SubjectKind.PROJECT, session.project(), session.project()));
    }

    /**
     * Keys of tombstones after {@code after} (null: from the first), at most {@code limit}, up to 1,000; fewer than
     * {@code limit} only at the end.
     */
    public List<String> keys(String after, int limit) throws InterruptedException {
        return Calls.await(objects.list(ObjectFolders.TOMBSTONES, after, limit)).stream()
                .map(StoredObject::key)
                .toList();
    }

    /**
     * Reads one.
     *
     * @throws StoreException NOT_FOUND, CORRUPT or UNSUPPORTED_VERSION
     */
    public Tombstone read(String key) throws InterruptedException {
        long bytes = Calls.await(objects.size(key));
        if (bytes > BYTES_MAX) {
            throw corrupt(key, null);
        }
        ByteBuffer body = Calls.await(objects.get(key, 0, (int) bytes));
        byte[] json = new byte[body.remaining()];
        body.get(json);
        Tombstone tombstone = decode(key, json);
        if (!key(tombstone).equals(key)) {
            throw corrupt(key, null);
        }
        return tombstone;
    }

    static byte[] encode(Tombstone tombstone) {
        try {
            return JSON.writeValueAsBytes(JSON.createObjectNode()
                    .put("version", VERSION)
                    .put("kind", folder(tombstone.kind()))
                    .put("project", tombstone.project())
                    .put("name", tombstone.name())
                    .put("at", tombstone.at())
                    .put("erasure", tombstone.erasure()));
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tombstone can be written as JSON", e);
        }
    }

    static Tombstone decode(String key, byte[] json) {
        JsonNode document;
        try {
            document = JSON.readTree(json);
        } catch (IOException e) {
            throw corrupt(key, e);
        }
        if (document.path("version").asInt() > VERSION) {
            throw new StoreException(
                    StoreErrorKind.UNSUPPORTED_VERSION, "the tombstone " + key + " was written by a later program");
        }
        Optional<SubjectKind> kind = Arrays.stream(SubjectKind.values())
                .filter(one -> folder(one).equals(document.path("kind").asText()))
                .findFirst();
        if (kind.isEmpty()
                || !document.path("project").isTextual()
                || !document.path("at").isIntegralNumber()) {
            throw corrupt(key, null);
        }
        return new Tombstone(
                kind.get(),
                document.path("project").asText(),
                document.path("name").asText(),
                document.path("at").asLong(),
                document.path("erasure").asLong());
    }

    private boolean isThere(String key) throws InterruptedException {
        try {
            Calls.await(objects.size(key));
            return true;
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private static String folder(SubjectKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static StoreException corrupt(String key, Throwable cause) {
        return new StoreException(StoreErrorKind.CORRUPT, "the tombstone " + key + " cannot be read", cause);
    }
}
