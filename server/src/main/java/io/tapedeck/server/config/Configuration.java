package io.tapedeck.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The values of all settings and where each came from: defaults, then the YAML file, then {@code TAPEDECK_*} variables,
 * then flags; the later one wins. Immutable.
 */
public final class Configuration {
    private static final String FILE_SUFFIX = "-file";

    /** What Kubernetes puts into a pod beside a Service named tapedeck. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("TAPEDECK_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_.+)?)?)");

    /** In an address: a parameter of that name, or what stands behind the user. */
    private static final Pattern PASSWORD =
            Pattern.compile("(?i)([?&][a-z]*password=)[^&]*|(://[^/?#@:]*:)[^/?#]*(?=@)");

    private final Map<Setting<?>, Given> values;

    private Configuration(Map<Setting<?>, Given> values) {
        this.values = values;
    }

    /** A value with its source, such as {@code TAPEDECK_HTTP_PORT} or {@code default}; value null: not set. */
    private record Given(Object value, String source) {}

    /**
     * @param file the YAML file, or null
     * @param environment all variables of the process; those that do not start with {@code TAPEDECK_} are passed over
     * @param flags flag names without dashes, to values
     * @throws ConfigurationException with every problem there is
     */
    public static Configuration load(Path file, Map<String, String> environment, Map<String, String> flags) {
        List<String> problems = new ArrayList<>();
        Map<String, Text> texts = new HashMap<>();
        if (file != null) {
            texts.putAll(readFile(file, problems));
        }
        texts.putAll(readEnvironment(environment, problems));
        Map<String, Text> flagged = new HashMap<>();
        flags.forEach((name, value) -> accept(name, value, "--" + name, flagged, problems));
        texts.putAll(flagged);

        Map<Setting<?>, Given> values = new LinkedHashMap<>();
        for (Setting<?> setting : Settings.all()) {
            values.put(setting, parse(setting, texts.get(setting.name()), problems));
        }
        Configuration configuration = new Configuration(values);
        if (problems.isEmpty()) {
            configuration.checkTogether(problems);
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return configuration;
    }

    /** Each of them can be read; here is what they cannot be beside one another. */
    private void checkTogether(List<String> problems) {
        long bodyBytesMax = get(Settings.BODY_BYTES_MAX);
        if (get(Settings.INFLATED_BYTES_MAX) < bodyBytesMax) {
            problems.add("inflated-bytes-max must not be less than body-bytes-max");
        }
        Long inflight = get(Settings.INFLIGHT_BYTES_MAX);
        if (inflight != null && inflight < bodyBytesMax) {
            problems.add("inflight-bytes-max must not be less than body-bytes-max");
        }
        checkPair(Settings.S3_ACCESS_KEY, Settings.S3_SECRET_KEY, problems);
        checkPair(Settings.BACKUP_S3_ACCESS_KEY, Settings.BACKUP_S3_SECRET_KEY, problems);
    }

    /** One half of a pair would be sent with the other half of another one, or with none. */
    private void checkPair(Setting<?> one, Setting<?> other, List<String> problems) {
        if ((get(one) == null) != (get(other) == null)) {
            Setting<?> missing = get(one) == null ? one : other;
            problems.add(
                    one.name() + " and " + other.name() + " belong together, and " + missing.name() + " is not set");
        }
    }

    /**
     * What a server has to refuse beyond that, and a command that takes no uploads has not.
     *
     * @param defaultInflightBytes what {@code inflight-bytes-max} is in this process unless it is set
     * @throws ConfigurationException if the largest upload would find no room, however idle the server is
     */
    public void requireRoomForUploads(long defaultInflightBytes) {
        boolean isDefault = get(Settings.INFLIGHT_BYTES_MAX) == null;
        if (get(Settings.ROLES).contains("recorder")
                && isDefault
                && defaultInflightBytes < get(Settings.BODY_BYTES_MAX)) {
            throw new ConfigurationException(
                    List.of(
                            "body-bytes-max must not be more than "
                                    + (defaultInflightBytes >> 20)
                                    + "MB, which is what uploads may hold of this heap; give more with -Xmx, or set inflight-bytes-max"));
        }
    }

    /** The value, or null if it is not set and has no default. */
    @SuppressWarnings("unchecked") // Each setting's value was made by its own parser.
    public <T> T get(Setting<T> setting) {
        return (T) values.get(setting).value();
    }

    /** {@code name = value  # source} for each setting; secrets as {@code ***}, also within addresses. */
    public List<String> describe() {
        return Settings.all().stream()
                .map(setting -> {
                    Given given = values.get(setting);
                    String shown = given.value() == null
                            ? "(not set)"
                            : setting.secret() ? "***" : withoutPasswords(String.valueOf(given.value()));
                    return setting.name() + " = " + shown + "  # " + given.source();
                })
                .toList();
    }

    /** The address of a database may hold its password, that of a server its user's. */
    private static String withoutPasswords(String value) {
        return PASSWORD.matcher(value).replaceAll("$1$2***");
    }

    /** A setting's text before it is parsed, and where it was found. */
    private record Text(String value, String source) {}

    private static Map<String, Text> readEnvironment(Map<String, String> environment, List<String> problems) {
        Map<String, Text> texts = new HashMap<>();
        environment.forEach((variable, value) -> {
            if (variable.startsWith("TAPEDECK_")
                    && !SERVICE_LINK.matcher(variable).matches()) {
                String name = variable.substring("TAPEDECK_".length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '-');
                accept(name, value, variable, texts, problems);
            }
        });
        return texts;
    }

    private static Map<String, Text> readFile(Path file, List<String> problems) {
        Map<String, Text> texts = new HashMap<>();
        try {
            JsonNode root = new YAMLMapper().readTree(file.toFile());
            if (root == null || root.isMissingNode() || root.isNull()) {
                return texts;
            }
            if (!root.isObject()) {
                problems.add(file + ": must hold names and values");
                return texts;
            }
            for (Map.Entry<String, JsonNode> entry : root.properties()) {
                JsonNode value = entry.getValue();
                if (value.isObject()) {
                    problems.add(file + ": " + entry.getKey() + " must be a single value or a list");
                } else {
                    accept(entry.getKey(), textOf(value), file + ": " + entry.getKey(), texts, problems);
                }
            }
        } catch (IOException e) {
            problems.add(file + ": cannot be read as YAML: " + e.getClass().getSimpleName());
        }
        return texts;
    }

    /** Null if nothing stands behind the name. */
    private static String textOf(JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        if (!value.isArray()) {
            return value.asText();
        }
        List<String> entries = new ArrayList<>();
        value.forEach(entry -> entries.add(entry.isNull() ? "" : entry.asText()));
        return String.join(",", entries);
    }

    /**
     * @param value null for a name without a value, which is as good as no name
     * @param texts of this source alone
     */
    private static void accept(
            String name, String value, String source, Map<String, Text> texts, List<String> problems) {
        Setting<?> setting = find(name);
        if (setting != null) {
            put(setting, value, source, texts, problems);
            return;
        }
        Setting<?> inFile =
                name.endsWith(FILE_SUFFIX) ? find(name.substring(0, name.length() - FILE_SUFFIX.length())) : null;
        if (inFile == null || !inFile.secret()) {
            problems.add(source + ": there is no such setting; did you mean " + Suggestion.nearest(name) + "?");
            return;
        }
        try {
            String text =
                    value == null ? null : Files.readString(Path.of(value)).strip();
            put(inFile, text, source, texts, problems);
        } catch (IOException e) {
            problems.add(source + ": the file cannot be read: " + e.getClass().getSimpleName());
        }
    }

    /** Within one source nothing says which of two spellings comes later. */
    private static void put(
            Setting<?> setting, String value, String source, Map<String, Text> texts, List<String> problems) {
        if (value == null) {
            return;
        }
        Text before = texts.putIfAbsent(setting.name(), new Text(value, source));
        if (before != null) {
            problems.add(Stream.of(before.source(), source).sorted().collect(Collectors.joining(" and "))
                    + " are both set; take one of them away");
        }
    }

    private static Setting<?> find(String name) {
        return Settings.all().stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static Given parse(Setting<?> setting, Text text, List<String> problems) {
        Text given = text != null ? text : new Text(setting.byDefault(), "default");
        if (given.value() == null) {
            return new Given(null, given.source());
        }
        try {
            return new Given(setting.parser().parse(given.value()), given.source());
        } catch (IllegalArgumentException e) {
            problems.add(given.source() + ": " + e.getMessage());
            return new Given(null, given.source());
        }
    }
}
