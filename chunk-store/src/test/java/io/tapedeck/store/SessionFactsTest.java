package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionFactsTest {
    private static final JsonNode NONE = JsonNodeFactory.instance.objectNode();
    private static final JsonNode PRO = JsonNodeFactory.instance.objectNode().put("plan", "pro");
    private static final JsonNode FREE = JsonNodeFactory.instance.objectNode().put("plan", "free");

    @Test
    void plus_ofAUserSaidAgainWithoutTraits_keepsThoseSaidBefore() {
        User first = new User("ada", PRO, 1);
        User again = new User("ada", NONE, 2);
        for (SessionFacts both : List.of(of(first).plus(of(again)), of(again).plus(of(first)))) {
            assertThat(both.user()).isEqualTo(new User("ada", PRO, 2));
        }
    }

    @Test
    void plus_ofAUserSaidAgainWithTraits_orOfAnotherUser_isTheLastOne() {
        User first = new User("ada", PRO, 1);
        for (User last : List.of(new User("ada", FREE, 2), new User("eve", NONE, 2))) {
            assertThat(of(first).plus(of(last)).user()).isEqualTo(last);
            assertThat(of(last).plus(of(first)).user()).isEqualTo(last);
        }
    }

    private static SessionFacts of(User user) {
        PageVisit nowhere = null;
        return new SessionFacts(
                1,
                1,
                1,
                1,
                0,
                0,
                EventCounts.NONE,
                nowhere,
                nowhere,
                List.of(),
                user,
                Collections.emptySortedSet(),
                null,
                null,
                null,
                null,
                null,
                null,
                Collections.emptySortedMap(),
                Collections.emptySortedSet(),
                Collections.emptySortedSet(),
                Collections.emptySortedSet(),
                false);
    }
}
