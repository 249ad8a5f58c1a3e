package io.tapedeck.playback;

import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.RetentionPolicy.Rule;
import io.tapedeck.store.RetentionPolicy.RuleKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A retention policy as JSON: the components are the members, in this order. */
record RetentionView(long keepHours, List<RuleView> rules) {
    private static final Map<String, RuleKind> KINDS = kinds();

    /** One rule. */
    record RuleView(String kind, String name, String value, long keepHours) {}

    static RetentionView of(RetentionPolicy policy) {
        return new RetentionView(
                policy.keepHours(),
                policy.rules().stream()
                        .map(rule -> new RuleView(word(rule.kind()), rule.name(), rule.value(), rule.keepHours()))
                        .toList());
    }

    /** @throws io.tapedeck.http.ProblemException MALFORMED */
    static RetentionPolicy read(RequestBody body) {
        List<Rule> rules = new ArrayList<>();
        if (body.has("rules")) {
            body.objects("rules", RetentionPolicy.RULES_MAX, "kind", "name", "value", "keepHours")
                    .forEach(rule -> rules.add(rule(rule)));
        }
        return new RetentionPolicy(hours(body), rules);
    }

    private static Rule rule(RequestBody body) {
        RuleKind kind = body.word("kind", KINDS, null);
        String name = body.textOrNull("name", RetentionPolicy.TEXT_LENGTH_MAX);
        String value = body.textOrNull("value", RetentionPolicy.TEXT_LENGTH_MAX);
        long hours = hours(body);
        try {
            return new Rule(kind, name, value, hours);
        } catch (IllegalArgumentException e) {
            throw body.refused(e.getMessage());
        }
    }

    private static long hours(RequestBody body) {
        return body.number("keepHours", RetentionPolicy.HOURS_MIN, RetentionPolicy.HOURS_MAX);
    }

    private static Map<String, RuleKind> kinds() {
        Map<String, RuleKind> kinds = new LinkedHashMap<>();
        for (RuleKind kind : RuleKind.values()) {
            kinds.put(word(kind), kind);
        }
        return kinds;
    }

    private static String word(RuleKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
