package io.tapedeck.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * How long a project keeps its sessions, counted from a session's first receipt: the first rule that it matches decides,
 * and {@code keepHours} where none does. Immutable.
 *
 * @param keepHours {@value #HOURS_MIN} to {@value #HOURS_MAX}
 * @param rules in order, at most {@value #RULES_MAX}
 */
public record RetentionPolicy(long keepHours, List<Rule> rules) {
    public static final long HOURS_MIN = 1;
    /** A hundred years. */
    public static final long HOURS_MAX = 876_600;

    public static final int RULES_MAX = 50;
    public static final int TEXT_LENGTH_MAX = 500;
    /** 30 days for everything. */
    public static final RetentionPolicy DEFAULT = ofDays(30);

    public RetentionPolicy {
        requireHours(keepHours);
        if (rules.size() > RULES_MAX) {
            throw new IllegalArgumentException("a retention policy has at most " + RULES_MAX + " rules");
        }
        rules = List.copyOf(rules);
    }

    public static RetentionPolicy ofDays(int days) {
        return new RetentionPolicy(TimeUnit.DAYS.toHours(days), List.of());
    }

    /** When a session with these facts is no longer kept, epoch ms. */
    public long expiresAt(SessionFacts facts) {
        long hours = keepHours;
        for (Rule rule : rules) {
            if (rule.matches(facts)) {
                hours = rule.keepHours();
                break;
            }
        }
        return facts.firstReceivedAt() + TimeUnit.HOURS.toMillis(hours);
    }

    /** What a rule looks at. */
    public enum RuleKind {
        /** A tag {@code name}, with the value {@code value} or, if that is null, any. */
        TAG,
        /** A trait {@code name} of the user, with the value {@code value} or, if that is null, any. */
        TRAIT,
        /** That there were errors or console errors; {@code name} and {@code value} are null. */
        ERRORS,
        /** That a page was visited whose URL contains {@code value}, in whatever case; {@code name} is null. */
        URL
    }

    /**
     * One rule.
     *
     * @param name 1 to {@value #TEXT_LENGTH_MAX} characters where the kind has one, else null
     * @param value at most {@value #TEXT_LENGTH_MAX} characters, or null as the kind says
     * @param keepHours {@value #HOURS_MIN} to {@value #HOURS_MAX}
     */
    public record Rule(RuleKind kind, String name, String value, long keepHours) {
        public Rule {
            Objects.requireNonNull(kind);
            requireHours(keepHours);
            boolean named = kind == RuleKind.TAG || kind == RuleKind.TRAIT;
            requireText("name", name, named, named);
            requireText("value", value, kind != RuleKind.ERRORS, kind == RuleKind.URL);
        }

        boolean matches(SessionFacts facts) {
            return switch (kind) {
                case TAG -> isGiven(facts.tags().get(name));
                case TRAIT ->
                    facts.user() != null && isGiven(text(facts.user().traits().get(name)));
                case ERRORS -> facts.counts().errors() > 0 || facts.counts().consoleErrors() > 0;
                case URL -> facts.urls().stream().anyMatch(url -> lower(url).contains(lower(value)));
            };
        }

        private boolean isGiven(String found) {
            return found != null && (value == null || value.equals(found));
        }

        private static String text(JsonNode trait) {
            return trait == null ? null : trait.isValueNode() ? trait.asText() : trait.toString();
        }

        private static String lower(String text) {
            return text.toLowerCase(Locale.ROOT);
        }

        private static void requireText(String what, String text, boolean allowed, boolean required) {
            if (text == null ? required : !allowed) {
                throw new IllegalArgumentException("a rule of this kind has " + (required ? "a " : "no ") + what);
            }
            if (text != null && (text.isEmpty() || text.length() > TEXT_LENGTH_MAX)) {
                throw new IllegalArgumentException("a rule's " + what + " has 1 to " + TEXT_LENGTH_MAX + " characters");
            }
        }
    }

    private static void requireHours(long hours) {
        if (hours < HOURS_MIN || hours > HOURS_MAX) {
            throw new IllegalArgumentException("sessions are kept for " + HOURS_MIN + " to " + HOURS_MAX + " hours");
        }
    }
}
