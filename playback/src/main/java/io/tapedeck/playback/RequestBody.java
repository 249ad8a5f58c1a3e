package io.tapedeck.playback;

import com.fasterxml.jackson.databind.JsonNode;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Call;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A JSON object that a client has sent, or one within it. What has another form than asked for, or a member that nobody
 * asks for, is refused as MALFORMED with the member's name. Immutable.
 */
final class RequestBody {
    private final JsonNode json;
    /** In front of members' names where something is refused. */
    private final String path;

    private RequestBody(JsonNode json, String path, Set<String> members) {
        this.json = json;
        this.path = path;
        if (!json.isObject()) {
            throw Problem.malformed(path.isEmpty() ? "the body must be an object" : path + " must be an object");
        }
        json.fieldNames().forEachRemaining(name -> {
            if (!members.contains(name)) {
                throw Problem.malformed("there is no member of the name " + Arguments.quoted(path(name)));
            }
        });
    }

    /**
     * Reads a request's body.
     *
     * @param members the names that it may have
     * @throws io.tapedeck.http.ProblemException MALFORMED, or UNSUPPORTED_MEDIA_TYPE if it does not say that it is JSON
     */
    static RequestBody of(Call call, String... members) {
        requireJson(call.ctx().request().getHeader(HttpHeaders.CONTENT_TYPE));
        Buffer body = call.ctx().body().buffer();
        return new RequestBody(parse(body == null ? Buffer.buffer() : body), "", Set.of(members));
    }

    /** A page of another origin can send other types without being asked for leave first. */
    private static void requireJson(String contentType) {
        String type = contentType == null ? "" : contentType.split(";", 2)[0].strip();
        if (!type.equalsIgnoreCase("application/json")) {
            throw Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "the Content-Type must be application/json")
                    .asException();
        }
    }

    /**
     * Refuses a request with UNSUPPORTED_MEDIA_TYPE that says that its body is something else than JSON. Mount it before
     * the body is read: a form would be parsed.
     */
    static void refuseOtherTypes(RoutingContext ctx) {
        String contentType = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (contentType != null) {
            requireJson(contentType);
        }
        ctx.next();
    }

    private static JsonNode parse(Buffer body) {
        try {
            return Json.MAPPER.readTree(body.getBytes());
        } catch (IOException e) {
            throw Problem.malformed("the body is not JSON");
        }
    }

    boolean has(String member) {
        return json.has(member);
    }

    /** Text that must be there, not empty. */
    String text(String member, int lengthMax) {
        return text(path(member), json.path(member), lengthMax);
    }

    /** Text, or null where it is absent or null. */
    String textOrNull(String member, int lengthMax) {
        return json.path(member).isNull() || !has(member) ? null : text(member, lengthMax);
    }

    /** A whole number that must be there. */
    long number(String member, long min, long max) {
        JsonNode value = json.path(member);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < min
                || value.longValue() > max) {
            throw malformed(member, "must be a whole number from " + min + " to " + max);
        }
        return value.longValue();
    }

    /** A whole number, or null where it is absent or null. */
    Long numberOrNull(String member, long min, long max) {
        return json.path(member).isNull() || !has(member) ? null : Long.valueOf(number(member, min, max));
    }

    /** A share from 0 to 1, {@code otherwise} where it is absent. */
    double share(String member, double otherwise) {
        JsonNode value = json.path(member);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isNumber() || !(value.doubleValue() >= 0 && value.doubleValue() <= 1)) {
            throw malformed(member, "must be a number from 0 to 1");
        }
        return value.doubleValue();
    }

    /** Null where it is absent. */
    Boolean flag(String member) {
        JsonNode value = json.path(member);
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.isBoolean()) {
            throw malformed(member, "must be true or false");
        }
        return value.booleanValue();
    }

    boolean flag(String member, boolean otherwise) {
        Boolean flag = flag(member);
        return flag == null ? otherwise : flag;
    }

    /** What one of a few words stands for; {@code otherwise} where it is absent. Null: it must be there. */
    <T> T word(String member, Map<String, T> words, T otherwise) {
        JsonNode value = json.path(member);
        if (value.isMissingNode() && otherwise != null) {
            return otherwise;
        }
        T known = value.isTextual() ? words.get(value.textValue()) : null;
        if (known == null) {
            throw malformed(member, "must be one of " + String.join(", ", words.keySet()));
        }
        return known;
    }

    /** A list of texts, {@code otherwise} where it is absent. */
    List<String> texts(String member, int sizeMax, int lengthMax, List<String> otherwise) {
        if (!has(member)) {
            return otherwise;
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode item : list(member, sizeMax)) {
            texts.add(text(path(member) + "[" + texts.size() + "]", item, lengthMax));
        }
        return texts;
    }

    /** An object that must be there. */
    RequestBody object(String member, String... members) {
        return new RequestBody(json.path(member), path(member), Set.of(members));
    }

    /** A list of objects that must be there. */
    List<RequestBody> objects(String member, int sizeMax, String... members) {
        List<RequestBody> objects = new ArrayList<>();
        for (JsonNode item : list(member, sizeMax)) {
            objects.add(new RequestBody(item, path(member) + "[" + objects.size() + "]", Set.of(members)));
        }
        return objects;
    }

    /** The refusal of this object for a reason that its reader has found. */
    RuntimeException refused(String reason) {
        return Problem.malformed(path.isEmpty() ? reason : path + ": " + reason);
    }

    private JsonNode list(String member, int sizeMax) {
        JsonNode list = json.path(member);
        if (!list.isArray() || list.size() > sizeMax) {
            throw malformed(member, "must be a list of at most " + sizeMax);
        }
        return list;
    }

    private static String text(String name, JsonNode value, int lengthMax) {
        if (!value.isTextual()
                || value.textValue().isEmpty()
                || value.textValue().length() > lengthMax) {
            throw Problem.malformed(name + " must be text of 1 to " + lengthMax + " characters");
        }
        if (value.textValue().indexOf('\0') >= 0) { // no database keeps it
            throw Problem.malformed(name + " must not contain the character U+0000");
        }
        if (!isWhole(value.textValue())) { // it is no UTF-8
            throw Problem.malformed(name + " must not contain half of a surrogate pair");
        }
        return value.textValue();
    }

    /** Whether each half of a surrogate pair has its other half. */
    private static boolean isWhole(String text) {
        return text.codePoints()
                .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    private RuntimeException malformed(String member, String what) {
        return Problem.malformed(path(member) + " " + what);
    }

    private String path(String member) {
        return path.isEmpty() ? member : path + "." + member;
    }
}
