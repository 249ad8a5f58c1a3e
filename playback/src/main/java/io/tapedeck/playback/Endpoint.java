package io.tapedeck.playback;

import io.tapedeck.http.ProblemCode;
import io.tapedeck.store.AdminCatalog.Principal;
import io.tapedeck.store.ShareCatalog.Share;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One operation of the API. The routes and the OpenAPI document are both made from these, so that neither can say what
 * the other doesn't. Immutable.
 *
 * @param path with parameters in braces
 * @param name the OpenAPI operation id, and the route's name in metrics and logs
 * @param access who may call it
 * @param requestSchema name of the body's schema, or null if there is no body
 * @param answer what success looks like
 * @param problems the ways in which it fails, other than those that follow from the rest
 */
record Endpoint(
        HttpMethod method,
        String path,
        String name,
        String summary,
        Access access,
        List<Parameter<?>> parameters,
        String requestSchema,
        Answer answer,
        Set<ProblemCode> problems,
        Action action) {

    /** Who may call an endpoint. */
    enum Access {
        PUBLIC,
        /** Whoever has the link to the session: the secret stands in the path. */
        SHARE,
        VIEWER,
        ADMIN
    }

    /** What an endpoint does. */
    @FunctionalInterface
    interface Action {
        Future<Reply> handle(Call call);
    }

    /**
     * One request.
     *
     * @param principal who calls; null for public endpoints and with a link
     * @param share what the link stands for with which somebody calls; null without one
     */
    record Call(RoutingContext ctx, Arguments arguments, Principal principal, Share share) {
        <T> T get(Parameter<T> parameter) {
            return arguments.get(parameter);
        }
    }

    /** What becomes of a call that does not fail. */
    sealed interface Reply {
        /** Answer with this JSON and the status that the endpoint declares. */
        record Json(Buffer body) implements Reply {}

        /** Answer without a body. */
        record Empty() implements Reply {}

        /** The action has answered by itself. */
        record Sent() implements Reply {}
    }

    /**
     * What success looks like in the document.
     *
     * @param mediaType null if there is no body
     * @param schema name of the body's schema, or null if it is not JSON
     * @param conditional whether it has an ETag and a client that has it already is answered 304
     */
    record Answer(int status, String description, String mediaType, String schema, boolean conditional) {
        static Answer json(String schema, String description) {
            return new Answer(200, description, "application/json", schema, false);
        }

        static Answer json(int status, String schema, String description) {
            return new Answer(status, description, "application/json", schema, false);
        }

        static Answer empty(String description) {
            return new Answer(204, description, null, null, false);
        }
    }

    /** A read that any account may do and that fails like every call of the store. */
    static Endpoint read(
            String path, String name, String summary, List<Parameter<?>> parameters, Answer answer, Action action) {
        Set<ProblemCode> problems = EnumSet.of(ProblemCode.NOT_FOUND, ProblemCode.UNAVAILABLE);
        return new Endpoint(
                HttpMethod.GET, path, name, summary, Access.VIEWER, parameters, null, answer, problems, action);
    }

    /** A read for admins. */
    static Endpoint adminRead(
            String path, String name, String summary, List<Parameter<?>> parameters, Answer answer, Action action) {
        return read(path, name, summary, parameters, answer, action).with(Access.ADMIN);
    }

    /** A change that an admin makes. */
    static Endpoint adminWrite(
            HttpMethod method,
            String path,
            String name,
            String summary,
            List<Parameter<?>> parameters,
            String requestSchema,
            Answer answer,
            Action action) {
        Set<ProblemCode> problems =
                EnumSet.of(ProblemCode.NOT_FOUND, ProblemCode.UNAVAILABLE, ProblemCode.CROSS_ORIGIN);
        return new Endpoint(
                method, path, name, summary, Access.ADMIN, parameters, requestSchema, answer, problems, action);
    }

    Endpoint with(Access otherAccess) {
        return new Endpoint(
                method, path, name, summary, otherAccess, parameters, requestSchema, answer, problems, action);
    }

    /**
     * The same read of a session for those who have a link to it.
     *
     * @param what the last part of its path
     */
    Endpoint shared(String what, String otherName) {
        Stream<Parameter<?>> query =
                parameters.stream().filter(parameter -> parameter.place() == Parameter.Place.QUERY);
        return new Endpoint(
                method,
                ShareAdmission.PATH + "/" + what,
                otherName,
                summary,
                Access.SHARE,
                Stream.concat(Stream.of(ShareAdmission.TOKEN), query).toList(),
                requestSchema,
                answer,
                problems,
                action);
    }

    /** Whether one must be logged in. */
    boolean needsLogin() {
        return switch (access) {
            case PUBLIC, SHARE -> false;
            case VIEWER, ADMIN -> true;
        };
    }

    Endpoint failingWith(ProblemCode... more) {
        Set<ProblemCode> all = EnumSet.copyOf(problems);
        all.addAll(List.of(more));
        return new Endpoint(method, path, name, summary, access, parameters, requestSchema, answer, all, action);
    }

    Endpoint without(ProblemCode one) {
        Set<ProblemCode> fewer = EnumSet.copyOf(problems);
        fewer.remove(one);
        return new Endpoint(method, path, name, summary, access, parameters, requestSchema, answer, fewer, action);
    }

    /** Every way in which it can fail. */
    Set<ProblemCode> allProblems() {
        Set<ProblemCode> all = EnumSet.of(ProblemCode.INTERNAL, ProblemCode.MALFORMED);
        all.addAll(problems);
        if (access != Access.PUBLIC) {
            all.add(ProblemCode.OVER_CAPACITY);
        }
        if (needsLogin()) {
            all.add(ProblemCode.UNAUTHENTICATED);
        }
        if (access == Access.ADMIN) {
            all.add(ProblemCode.FORBIDDEN);
        }
        if (requestSchema != null) {
            all.add(ProblemCode.TOO_LARGE);
            all.add(ProblemCode.UNSUPPORTED_MEDIA_TYPE);
        }
        return all;
    }
}
