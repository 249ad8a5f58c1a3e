package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tapedeck.store.RetentionPolicy.Rule;
import io.tapedeck.store.RetentionPolicy.RuleKind;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetentionPolicyTest {
    private static final long START = 1_794_116_400_000L;

    @Test
    void expiresAt_isCountedFromTheFirstReceipt() {
        assertThat(hours(new RetentionPolicy(6, List.of()))).isEqualTo(6);
        assertThat(hours(RetentionPolicy.DEFAULT)).isEqualTo(720);
    }

    @Test
    void expiresAt_ofAnErrorRule_looksAtErrorsAndConsoleErrors() {
        RetentionPolicy policy = new RetentionPolicy(1, List.of(new Rule(RuleKind.ERRORS, null, null, 99)));

        assertThat(hours(policy)).isEqualTo(1);
        assertThat(hours(policy, new EventCounts(0, 0, 0, 1, 0, 0, 0, 0))).isEqualTo(99);
        assertThat(hours(policy, new EventCounts(0, 0, 0, 0, 1, 0, 0, 0))).isEqualTo(99);
        assertThat(hours(policy, new EventCounts(5, 5, 5, 0, 0, 5, 5, 5))).isEqualTo(1);
    }

    @Test
    void expiresAt_takesTheFirstRuleThatMatches() {
        assertThat(hours(rules(new Rule(RuleKind.TAG, "plan", "pro", 10), new Rule(RuleKind.TAG, "plan", null, 20))))
                .isEqualTo(10);
        assertThat(hours(rules(new Rule(RuleKind.TAG, "plan", "free", 10), new Rule(RuleKind.TAG, "plan", null, 20))))
                .isEqualTo(20);
        assertThat(hours(rules(new Rule(RuleKind.TAG, "other", null, 10)))).isEqualTo(1);
    }

    @Test
    void expiresAt_readsTraitsOfAnyKindAsText() {
        assertThat(hours(rules(new Rule(RuleKind.TRAIT, "seats", "12", 10)))).isEqualTo(10);
        assertThat(hours(rules(new Rule(RuleKind.TRAIT, "vip", "true", 10)))).isEqualTo(10);
        assertThat(hours(rules(new Rule(RuleKind.TRAIT, "vip", "false", 10)))).isEqualTo(1);
        assertThat(hours(rules(new Rule(RuleKind.TRAIT, "absent", null, 10)))).isEqualTo(1);
    }

    @Test
    void expiresAt_findsUrlsByAnyPartInAnyCase() {
        assertThat(hours(rules(new Rule(RuleKind.URL, null, "/CHECKOUT", 10)))).isEqualTo(10);
        assertThat(hours(rules(new Rule(RuleKind.URL, null, "/login", 10)))).isEqualTo(1);
    }

    @Test
    void rule_withoutWhatItsKindNeeds_isRefused() {
        assertThatThrownBy(() -> new Rule(RuleKind.URL, null, null, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rule(RuleKind.URL, "name", "/a", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rule(RuleKind.TAG, null, "a", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rule(RuleKind.ERRORS, null, "a", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rule(RuleKind.ERRORS, null, null, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetentionPolicy(RetentionPolicy.HOURS_MAX + 1, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static RetentionPolicy rules(Rule... rules) {
        return new RetentionPolicy(1, List.of(rules));
    }

    private static long hours(RetentionPolicy policy) {
        return hours(policy, EventCounts.NONE);
    }

    private static long hours(RetentionPolicy policy, EventCounts counts) {
        return TimeUnit.MILLISECONDS.toHours(policy.expiresAt(facts(counts)) - START);
    }

    private static SessionFacts facts(EventCounts counts) {
        TreeMap<String, String> tags = new TreeMap<>();
        tags.put("plan", "pro");
        return new SessionFacts(
                START,
                START + 60_000,
                START - 500,
                START + 50_000,
                10,
                1_000,
                counts,
                null,
                null,
                List.of("https://shop.example/", "https://shop.example/Checkout/2"),
                new User(
                        "ann",
                        JsonNodeFactory.instance.objectNode().put("seats", 12).put("vip", true),
                        START),
                new TreeSet<>(List.of("ann")),
                null,
                null,
                null,
                null,
                null,
                null,
                tags,
                Collections.emptySortedSet(),
                Collections.emptySortedSet(),
                Collections.emptySortedSet(),
                false);
    }
}
