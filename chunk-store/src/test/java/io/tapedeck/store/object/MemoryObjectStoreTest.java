package io.tapedeck.store.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MemoryObjectStoreTest extends ObjectStoreContract {
    private static final int BYTES_MAX = 64 * 1024 * 1024;

    @Override
    protected ObjectStore open() {
        return new MemoryObjectStore(BYTES_MAX);
    }

    /** Memory is there for as long as the process is: being closed is the one outage it knows. */
    @Override
    protected void breakDown() {
        store.close();
    }

    @Test
    void put_beyondTheCap_isOverCapacityUntilSomethingIsDeleted() {
        await(store.put("a", ByteBuffer.allocate(BYTES_MAX - 1)));
        await(store.put("b", ByteBuffer.allocate(1)));

        assertThat(failure(store.put("c", ByteBuffer.allocate(1))).kind()).isEqualTo(StoreErrorKind.OVER_CAPACITY);
        assertThat(failure(store.size("c")).kind()).isEqualTo(StoreErrorKind.NOT_FOUND);

        await(store.delete("b"));
        await(store.put("c", ByteBuffer.allocate(1)));
    }
}
