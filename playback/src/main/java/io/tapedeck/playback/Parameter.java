package io.tapedeck.playback;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One parameter of an address: what clients are told about it and how its text becomes a value. Immutable; compared by
 * identity.
 *
 * @param <T> what it is when it is read; null where it was not given and has no default
 */
final class Parameter<T> {
    /** Where a parameter stands. */
    enum Place {
        PATH,
        QUERY
    }

    /** Longest text that is looked at. */
    private static final int TEXT_LENGTH_MAX = 2_048;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,70}");

    private final Place place;
    private final String name;
    private final String description;
    private final ObjectNode schema;
    private final T otherwise;
    private final Function<String, T> read;

    private Parameter(
            Place place, String name, String description, ObjectNode schema, T otherwise, Function<String, T> read) {
        this.place = place;
        this.name = name;
        this.description = description;
        this.schema = schema;
        this.otherwise = otherwise;
        this.read = read;
    }

    /** A part of the path. What can't be an id names nothing: it is NOT_FOUND and never MALFORMED. */
    static Parameter<String> pathId(String name, String description) {
        return new Parameter<>(Place.PATH, name, description, idSchema(), null, Parameter::readId);
    }

    /** A part of the path of another form than an id. */
    static Parameter<String> pathText(String name, String description, String pattern) {
        Pattern form = Pattern.compile(pattern, Pattern.DOTALL);
        ObjectNode schema = type("string").put("pattern", "^" + pattern + "$");
        return new Parameter<>(Place.PATH, name, description, schema, null, text -> {
            if (!form.matcher(text).matches()) {
                throw new IllegalArgumentException("must be of the form " + pattern);
            }
            return text;
        });
    }

    static Parameter<String> id(String name, String description) {
        return new Parameter<>(Place.QUERY, name, description, idSchema(), null, Parameter::readId);
    }

    static Parameter<String> text(String name, String description) {
        return text(name, description, TEXT_LENGTH_MAX);
    }

    static Parameter<String> text(String name, String description, int lengthMax) {
        ObjectNode schema = type("string").put("minLength", 1).put("maxLength", lengthMax);
        return new Parameter<>(Place.QUERY, name, description, schema, null, text -> {
            if (text.isEmpty() || text.length() > lengthMax) {
                throw new IllegalArgumentException("must be 1 to " + lengthMax + " characters");
            }
            if (text.indexOf('\0') >= 0) { // no database keeps it
                throw new IllegalArgumentException("must not contain the character U+0000");
            }
            return text;
        });
    }

    /** Text of the form {@code name:value}. */
    static Parameter<Map.Entry<String, String>> pair(String name, String description) {
        ObjectNode schema = type("string").put("pattern", "^[^:]+:.*$").put("maxLength", TEXT_LENGTH_MAX);
        return new Parameter<>(Place.QUERY, name, description, schema, null, text -> {
            int colon = text.indexOf(':');
            if (colon < 1 || text.length() > TEXT_LENGTH_MAX) {
                throw new IllegalArgumentException("must be of the form name:value");
            }
            return Map.entry(text.substring(0, colon), text.substring(colon + 1));
        });
    }

    /** A whole number from 0: an instant, a length of time, a revision. */
    static Parameter<Long> number(String name, String description) {
        ObjectNode schema = type("integer").put("format", "int64").put("minimum", 0);
        return new Parameter<>(
                Place.QUERY, name, description, schema, null, text -> readNumber(text, 0, Long.MAX_VALUE));
    }

    /** Where to go on in a list with numbers: opaque to clients, 0 where it is not given. */
    static Parameter<Long> cursor(String name, String description) {
        return new Parameter<>(Place.QUERY, name, description, type("string"), 0L, text -> {
            if (!text.matches("[1-9]\\d{0,17}")) {
                throw new IllegalArgumentException("must be the nextCursor of an answer");
            }
            return Long.valueOf(text);
        });
    }

    static Parameter<Integer> count(String name, String description, int min, int max, int otherwise) {
        ObjectNode schema =
                type("integer").put("minimum", min).put("maximum", max).put("default", otherwise);
        return new Parameter<>(
                Place.QUERY, name, description, schema, otherwise, text -> (int) readNumber(text, min, max));
    }

    static Parameter<Boolean> flag(String name, String description) {
        return new Parameter<>(Place.QUERY, name, description, type("boolean"), null, text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        });
    }

    /** One of a few words. */
    static <T> Parameter<T> oneOf(String name, String description, Map<String, T> words, T otherwise) {
        ObjectNode schema = type("string");
        words.keySet().forEach(schema.withArray("enum")::add);
        words.forEach((word, value) -> {
            if (value.equals(otherwise)) {
                schema.put("default", word);
            }
        });
        return new Parameter<>(Place.QUERY, name, description, schema, otherwise, text -> readWord(text, words));
    }

    /** Some of a few words, separated by commas. */
    static <T> Parameter<Set<T>> someOf(String name, String description, Map<String, T> words) {
        ObjectNode items = type("string");
        words.keySet().forEach(items.withArray("enum")::add);
        ObjectNode schema = type("array").put("minItems", 1);
        schema.set("items", items);
        return new Parameter<>(Place.QUERY, name, description, schema, null, text -> {
            Set<T> values = new LinkedHashSet<>();
            for (String word : text.split(",", -1)) {
                values.add(readWord(word, words));
            }
            return values;
        });
    }

    /** Up to so many texts of a pattern, separated by commas, each once. */
    static Parameter<List<String>> list(String name, String description, String pattern, int sizeMax) {
        ObjectNode schema =
                type("array").put("minItems", 1).put("maxItems", sizeMax).put("uniqueItems", true);
        schema.set("items", type("string").put("pattern", "^" + pattern + "$"));
        Pattern one = Pattern.compile(pattern);
        return new Parameter<>(Place.QUERY, name, description, schema, null, text -> {
            List<String> values = new ArrayList<>(Arrays.asList(text.split(",", -1)));
            if (values.size() > sizeMax || Set.copyOf(values).size() != values.size()) {
                throw new IllegalArgumentException("must be 1 to " + sizeMax + " different values");
            }
            if (!values.stream().allMatch(value -> one.matcher(value).matches())) {
                throw new IllegalArgumentException("must be values of the form " + pattern);
            }
            return values;
        });
    }

    Place place() {
        return place;
    }

    String name() {
        return name;
    }

    String description() {
        return description;
    }

    /** JSON schema of its value; lists are separated by commas. */
    ObjectNode schema() {
        return schema.deepCopy();
    }

    T otherwise() {
        return otherwise;
    }

    /** @throws IllegalArgumentException saying, after the parameter's name, what is wrong */
    T read(String text) {
        return read.apply(text);
    }

    private static ObjectNode type(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private static ObjectNode idSchema() {
        return type("string").put("pattern", "^" + ID.pattern() + "$");
    }

    private static String readId(String text) {
        if (!ID.matcher(text).matches()) {
            throw new IllegalArgumentException("must be 1 to 70 characters of A-Z, a-z, 0-9, '_' and '-'");
        }
        return text;
    }

    private static long readNumber(String text, long min, long max) {
        try {
            if (text.matches("\\d{1,19}")) {
                long value = Long.parseLong(text);
                if (value >= min && value <= max) {
                    return value;
                }
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is too large", e);
        }
        throw new IllegalArgumentException(
                max == Long.MAX_VALUE
                        ? "must be a whole number from " + min
                        : "must be a whole number from " + min + " to " + max);
    }

    private static <T> T readWord(String text, Map<String, T> words) {
        T value = words.get(text);
        if (value == null) {
            throw new IllegalArgumentException("must be one of " + String.join(", ", words.keySet()));
        }
        return value;
    }
}
