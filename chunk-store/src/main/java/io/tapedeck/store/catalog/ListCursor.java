package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The last row of a page, as the place where the next one begins.
 *
 * <pre>
 *   8 bytes  hash of the query's filter and sort     8 bytes  the row's sort value     the rest  the session's id
 * </pre>
 *
 * in base64url. It is not secret, and a made-up one shows nothing that the query would not show.
 */
record ListCursor(long sortValue, String session) {
    private static final int FIXED_BYTES = 2 * Long.BYTES;

    String encode(SessionQuery query) {
        byte[] id = session.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + id.length)
                .putLong(hash(query))
                .putLong(sortValue)
                .put(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** @throws IllegalArgumentException if the query's cursor is none, or another query's */
    static ListCursor decode(SessionQuery query) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(query.cursor()));
        if (bytes.remaining() <= FIXED_BYTES || bytes.getLong() != hash(query)) {
            throw new IllegalArgumentException("the cursor does not belong to this filter and sort");
        }
        long sortValue = bytes.getLong();
        String session = StandardCharsets.UTF_8.decode(bytes).toString();
        if (session.indexOf('\0') >= 0) { // no id has it, and PostgreSQL fails on it
            throw new IllegalArgumentException("the cursor names no session");
        }
        return new ListCursor(sortValue, session);
    }

    /** Of everything that decides which sessions come, in which order; not of how many and from where. */
    private static long hash(SessionQuery query) {
        SessionQuery bound = query.page(1, null);
        return ByteBuffer.wrap(Sha256.of(bound.toString().getBytes(StandardCharsets.UTF_8)))
                .getLong();
    }
}
