package io.tapedeck.recorder.dialect.posthog;

import com.fasterxml.jackson.databind.JsonNode;
import io.tapedeck.recorder.dialect.ForeignId;
import io.tapedeck.recorder.dialect.Traits;
import io.tapedeck.recorder.dialect.Upload.Person;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * Says who a capture's visitor is. The client puts an id into {@code distinct_id} in any case: one that it made up, until
 * the site names the visitor, and from then on, in later sessions too, the site's. It is the site's
 *
 * <ol>
 *   <li>in {@code $identify}, always;
 *   <li>where {@code $is_identified} says so, which all but old versions send with each event;
 *   <li>without that, if there is a {@code $user_id}, which the client keeps since the visitor was named;
 *   <li>in a recording, which carries neither, if the client would not make up one of that form.
 * </ol>
 */
final class NamedVisitor {
    private static final int ID_CHARS_MAX = 200;

    /** What versions before uuids made up: five hexadecimal numbers. */
    private static final Pattern MADE_UP = Pattern.compile("[0-9a-f]+(-[0-9a-f]+){4}");

    private NamedVisitor() {}

    /** The visitor with what the capture says of them; null if the site has not named one. */
    static Person of(Item item) {
        String id = item.distinctId;
        if (id == null || id.isBlank() || id.length() > ID_CHARS_MAX || id.startsWith("$") || !isNamed(item)) {
            return null;
        }
        return new Person(id, traits(item.set));
    }

    private static boolean isNamed(Item item) {
        if ("$identify".equals(item.event)) {
            return true;
        }
        if (item.identified != null) {
            return item.identified;
        }
        return item.hasUserId
                || ("$snapshot".equals(item.event)
                        && !ForeignId.isUuid(item.distinctId)
                        && !MADE_UP.matcher(item.distinctId).matches());
    }

    /** What cannot be kept is as good as not said: who it is matters more. */
    private static JsonNode traits(ByteBuffer set) {
        if (set != null && set.remaining() <= Traits.BYTES_MAX) {
            try {
                return Traits.read(set.array(), set.arrayOffset() + set.position(), set.remaining());
            } catch (IOException e) {
                return Traits.none();
            }
        }
        return Traits.none();
    }
}
