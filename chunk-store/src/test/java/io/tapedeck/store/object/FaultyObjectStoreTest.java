package io.tapedeck.store.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.object.FaultyObjectStore.Effect;
import io.tapedeck.store.object.FaultyObjectStore.Operation;
import org.junit.jupiter.api.Test;

/** With no fault planted it is a store like any other; and planted faults do what they say. */
class FaultyObjectStoreTest extends ObjectStoreContract {
    @Override
    protected ObjectStore open() {
        return new FaultyObjectStore(new MemoryObjectStore(64 * 1024 * 1024));
    }

    @Override
    protected void breakDown() {
        faulty().breakForEver(1);
    }

    private FaultyObjectStore faulty() {
        return (FaultyObjectStore) store;
    }

    @Test
    void breakOnce_failsThatCallAlone() {
        faulty().on(Operation.PUT).breakOnce(2);

        await(store.put("a", buffer("x")));
        assertThat(failure(store.put("b", buffer("x"))).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
        await(store.put("c", buffer("x")));

        assertThat(keys(await(store.list("", null, 10)))).containsExactly("a", "c");
        assertThat(faulty().faults()).isEqualTo(1);
    }

    @Test
    void failsAfterSuccess_isDoneAllTheSame() {
        faulty().on(Operation.PUT)
                .with(Effect.FAILS_AFTER_SUCCESS, StoreErrorKind.TIMEOUT)
                .breakOnce(1);

        assertThat(failure(store.put("a", buffer("x"))).kind()).isEqualTo(StoreErrorKind.TIMEOUT);

        assertThat(await(store.size("a"))).isEqualTo(1);
    }

    @Test
    void lies_claimSuccess() {
        await(store.put("a", buffer("true")));
        faulty().with(Effect.LIES, StoreErrorKind.UNAVAILABLE).breakForEver(1);

        await(store.put("b", buffer("x")));
        await(store.delete("a"));
        assertThat(text(await(store.get("a", 0, 4)))).isNotEqualTo("true");
        faulty().heal();

        assertThat(keys(await(store.list("", null, 10)))).containsExactly("a");
        assertThat(text(await(store.get("a", 0, 4)))).isEqualTo("true");
    }
}
