package io.tapedeck.store.meta;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.WriteKey;
import io.tapedeck.store.AdminState;
import io.tapedeck.store.Calls;
import io.tapedeck.store.ObjectFolders;
import io.tapedeck.store.ObjectListing;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Snapshots of what admins have made, in the object store at {@code meta/admin/{rev}.json}; the rev has 19 digits, so that
 * the newest comes last. Blocks; thread-safe. What a rev holds never changes, so several processes may write the same one.
 */
public final class AdminSnapshots {
    private static final Pattern KEY = Pattern.compile(ObjectFolders.ADMIN + "(\\d{19})\\.json");
    private static final int VERSION = 1;
    /** Some hundred thousand marks. A damaged store must not take the heap. */
    private static final long BYTES_MAX = 64L << 20;

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    private final ObjectStore objects;

    public AdminSnapshots(ObjectStore objects) {
        this.objects = objects;
    }

    /** The form in the object store: the state with the format's version. Later versions may add members. */
    private record Document(
            Integer version,
            Long rev,
            List<Project> projects,
            List<WriteKey> keys,
            List<Account> accounts,
            List<AdminState.ApiToken> tokens,
            List<AdminState.Mark> marks,
            List<String> erasedProjects) {}

    /** Writes a snapshot. It is there already: nothing. */
    public void write(AdminState state) throws InterruptedException {
        byte[] json = encode(state);
        if (json.length > BYTES_MAX) {
            throw new StoreException(
                    StoreErrorKind.OVER_CAPACITY,
                    "a snapshot of the admins' state has at most " + BYTES_MAX + " bytes");
        }
        Calls.await(objects.put(key(state.rev()), ByteBuffer.wrap(json)));
    }

    /** Deletes all but the newest {@code keep}. */
    public void prune(int keep) throws InterruptedException {
        List<Long> revs = revs();
        for (long rev : revs.subList(0, Math.max(0, revs.size() - keep))) {
            Calls.await(objects.delete(key(rev)));
        }
    }

    /** The rev of the newest snapshot, readable or not. */
    public OptionalLong newestRev() throws InterruptedException {
        List<Long> revs = revs();
        return revs.isEmpty() ? OptionalLong.empty() : OptionalLong.of(revs.get(revs.size() - 1));
    }

    /** The key of the newest snapshot, readable or not; that of a newer one would compare as greater. */
    public Optional<String> newestKey() throws InterruptedException {
        OptionalLong rev = newestRev();
        return rev.isPresent() ? Optional.of(key(rev.getAsLong())) : Optional.empty();
    }

    /**
     * The newest snapshot that can be read; those that cannot are passed over.
     *
     * @return empty if there is none
     * @throws StoreException CORRUPT or UNSUPPORTED_VERSION, of the newest, if there are some and none can be read
     */
    public Optional<AdminState> newest() throws InterruptedException {
        List<Long> revs = revs();
        StoreException unreadable = null;
        for (int i = revs.size() - 1; i >= 0; i--) {
            try {
                return Optional.of(read(revs.get(i)));
            } catch (StoreException e) {
                if (e.kind() != StoreErrorKind.CORRUPT && e.kind() != StoreErrorKind.UNSUPPORTED_VERSION) {
                    throw e;
                }
                unreadable = unreadable == null ? e : unreadable;
            }
        }
        if (unreadable != null) {
            throw unreadable;
        }
        return Optional.empty();
    }

    private AdminState read(long rev) throws InterruptedException {
        String key = key(rev);
        long bytes = Calls.await(objects.size(key));
        if (bytes > BYTES_MAX) {
            throw corrupt(key + " has " + bytes + " bytes", null);
        }
        ByteBuffer body = Calls.await(objects.get(key, 0, (int) bytes));
        byte[] json = new byte[body.remaining()];
        body.get(json);
        AdminState state = decode(json);
        if (state.rev() != rev) {
            throw corrupt(key + " holds another rev", null);
        }
        return state;
    }

    private List<Long> revs() throws InterruptedException {
        List<Long> revs = new ArrayList<>();
        ObjectListing.each(objects, ObjectFolders.ADMIN, found -> {
            Matcher matcher = KEY.matcher(found.key());
            if (matcher.matches()) {
                revs.add(Long.parseLong(matcher.group(1)));
            }
        });
        return revs;
    }

    static String key(long rev) {
        return String.format(Locale.ROOT, "%s%019d.json", ObjectFolders.ADMIN, rev);
    }

    static byte[] encode(AdminState state) {
        try {
            return JSON.writeValueAsBytes(new Document(
                    VERSION,
                    state.rev(),
                    state.projects(),
                    state.keys(),
                    state.accounts(),
                    state.tokens(),
                    state.marks(),
                    state.erasedProjects()));
        } catch (JsonProcessingException e) {
            throw new AssertionError("what admins have made can be written as JSON", e);
        }
    }

    /** @throws StoreException CORRUPT if it is not such a document, UNSUPPORTED_VERSION if it is a later one */
    static AdminState decode(byte[] json) {
        Document document;
        try {
            // First, as a later version's members may have other forms.
            int version = JSON.readTree(json).path("version").asInt();
            if (version > VERSION) {
                throw new StoreException(
                        StoreErrorKind.UNSUPPORTED_VERSION,
                        "a snapshot of the admins' state in version " + version + " was written by a later program");
            }
            document = JSON.readValue(json, Document.class);
        } catch (IOException e) {
            throw corrupt("it is not JSON of that form", e);
        }
        if (document == null || document.version() == null || document.rev() == null || document.projects() == null) {
            throw corrupt("members are missing", null);
        }
        return new AdminState(
                document.rev(),
                document.projects(),
                orNone(document.keys()),
                orNone(document.accounts()),
                orNone(document.tokens()),
                orNone(document.marks()),
                orNone(document.erasedProjects()));
    }

    private static <T> List<T> orNone(List<T> list) {
        return list == null ? List.of() : list;
    }

    private static StoreException corrupt(String why, Throwable cause) {
        return new StoreException(
                StoreErrorKind.CORRUPT, "a snapshot of the admins' state cannot be read: " + why, cause);
    }
}
