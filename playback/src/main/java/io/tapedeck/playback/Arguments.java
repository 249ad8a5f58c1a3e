package io.tapedeck.playback;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.vertx.core.MultiMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The values of a request's parameters. Immutable. */
final class Arguments {
    private final Map<Parameter<?>, Object> values;

    private Arguments(Map<Parameter<?>, Object> values) {
        this.values = values;
    }

    /**
     * Reads what was declared, and refuses everything else: a filter with a slip of the pen must not silently list too
     * much.
     *
     * @throws io.tapedeck.http.ProblemException MALFORMED naming the parameter; NOT_FOUND for a part of the path
     */
    static Arguments read(List<Parameter<?>> declared, Function<String, String> path, MultiMap query) {
        Map<Parameter<?>, Object> values = new HashMap<>();
        for (Parameter<?> parameter : declared) {
            values.put(parameter, read(parameter, path, query));
        }
        Map<String, Parameter<?>> known = declared.stream()
                .filter(parameter -> parameter.place() == Parameter.Place.QUERY)
                .collect(Collectors.toMap(Parameter::name, parameter -> parameter));
        for (String name : query.names()) {
            if (!known.containsKey(name)) {
                throw Problem.malformed("unknown parameter " + quoted(name));
            }
        }
        return new Arguments(values);
    }

    /** The parameter's value; null where it was not given and has no default. */
    @SuppressWarnings("unchecked")
    <T> T get(Parameter<T> parameter) {
        if (!values.containsKey(parameter)) {
            throw new AssertionError("parameter " + parameter.name() + " is not declared by its endpoint");
        }
        return (T) values.get(parameter);
    }

    private static <T> T read(Parameter<T> parameter, Function<String, String> path, MultiMap query) {
        if (parameter.place() == Parameter.Place.PATH) {
            try {
                return parameter.read(path.apply(parameter.name()));
            } catch (IllegalArgumentException e) {
                throw Problem.of(ProblemCode.NOT_FOUND, null).asException();
            }
        }
        List<String> given = query.getAll(parameter.name());
        if (given.isEmpty()) {
            return parameter.otherwise();
        }
        if (given.size() > 1) {
            throw Problem.malformed("parameter " + parameter.name() + " is given more than once");
        }
        try {
            return parameter.read(given.get(0));
        } catch (IllegalArgumentException e) {
            throw Problem.malformed("parameter " + parameter.name() + " " + e.getMessage());
        }
    }

    /** A name that a client has sent, fit to be shown to it. */
    static String quoted(String name) {
        String shown = name.length() <= 40 ? name : name.substring(0, 40) + "…";
        return "'" + shown.replaceAll("[\\p{Cntrl}']", "?") + "'";
    }
}
