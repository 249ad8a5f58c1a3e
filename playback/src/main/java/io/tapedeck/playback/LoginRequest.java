package io.tapedeck.playback;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/** The body of a login. */
record LoginRequest(String name, String password) {
    private static final int NAME_LENGTH_MAX = 200;
    private static final int PASSWORD_LENGTH_MAX = 1_024;

    /** @throws io.tapedeck.http.ProblemException MALFORMED */
    static LoginRequest parse(Buffer body) {
        JsonNode json;
        try {
            json = Json.MAPPER.readTree(body.getBytes());
        } catch (IOException e) {
            throw Arguments.malformed("the body is not JSON");
        }
        if (!json.isObject() || json.size() != 2) {
            throw Arguments.malformed("the body must be an object with name and password only");
        }
        return new LoginRequest(text(json, "name", NAME_LENGTH_MAX), text(json, "password", PASSWORD_LENGTH_MAX));
    }

    private static String text(JsonNode json, String member, int lengthMax) {
        JsonNode value = json.path(member);
        if (!value.isTextual()
                || value.textValue().isEmpty()
                || value.textValue().length() > lengthMax) {
            throw Arguments.malformed(member + " must be text of 1 to " + lengthMax + " characters");
        }
        return value.textValue();
    }
}
