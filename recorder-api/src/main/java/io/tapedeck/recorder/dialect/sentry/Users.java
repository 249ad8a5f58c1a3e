package io.tapedeck.recorder.dialect.sentry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.recorder.dialect.Traits;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import java.io.IOException;
import java.util.List;

/** Makes a person of what a site has set as the user: the id, else the email, else the name; the rest are traits. */
final class Users {
    private static final int ID_CHARS_MAX = 200;
    private static final int DEPTH_MAX = 500;

    /** What a person is known by, the best first. */
    private static final List<String> IDS = List.of("id", "email", "username");

    private Users() {}

    /** Passes over the scanner's next value; null if it is nobody. */
    static Upload.Person read(JsonScanner json, byte[] body) {
        if (json.peek() != Kind.OBJECT) {
            json.skipValue();
            return null;
        }
        json.skipValue();
        int from = json.valueFrom();
        int to = json.valueTo();
        String[] ids = ids(new JsonScanner(DEPTH_MAX).reset(body, from, to));
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] != null && !ids[i].isBlank()) {
                return new Upload.Person(ids[i], traits(body, from, to, ids, i));
            }
        }
        return null;
    }

    private static String[] ids(JsonScanner user) {
        String[] ids = new String[IDS.size()];
        user.beginObject();
        while (user.nextMember()) {
            int which = which(user);
            if (which < 0) {
                user.skipValue();
            } else {
                ids[which] = Values.text(user, ID_CHARS_MAX);
            }
        }
        return ids;
    }

    private static int which(JsonScanner user) {
        for (int i = 0; i < IDS.size(); i++) {
            if (user.nameIs(IDS.get(i))) {
                return i;
            }
        }
        return -1;
    }

    /** All but the id and the address of the network, which is not kept; of too much only what tells persons apart. */
    private static ObjectNode traits(byte[] body, int from, int to, String[] ids, int known) {
        ObjectNode traits = to - from > Traits.BYTES_MAX ? few(ids) : all(body, from, to, ids);
        traits.remove(IDS.get(known));
        traits.remove("ip_address");
        return traits;
    }

    private static ObjectNode all(byte[] body, int from, int to, String[] ids) {
        try {
            return (ObjectNode) Traits.read(body, from, to - from);
        } catch (IOException e) {
            // Nested too deep, or a number that Java has no form for.
            return few(ids);
        }
    }

    private static ObjectNode few(String[] ids) {
        ObjectNode few = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] != null) {
                few.put(IDS.get(i), ids[i]);
            }
        }
        return few;
    }
}
