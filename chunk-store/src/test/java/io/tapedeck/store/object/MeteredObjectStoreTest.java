package io.tapedeck.store.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class MeteredObjectStoreTest extends ObjectStoreContract {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Override
    protected ObjectStore open() {
        return new MeteredObjectStore(new MemoryObjectStore(64 * 1024 * 1024), meters);
    }

    @Override
    protected void breakDown() {
        store.close();
    }

    @Test
    void calls_areCountedByOperationAndOutcome() throws IOException {
        await(store.put("a", buffer("12345")));
        await(store.put("b", Files.write(folder.resolve("file"), bytes("123"))));
        failure(store.put("a", buffer("other")));
        await(store.get("a", 1, 2));
        failure(store.get("missing", 0, 1));
        await(store.check());

        assertThat(calls("put", "ok")).isEqualTo(2);
        assertThat(calls("put", "conflict")).isEqualTo(1);
        assertThat(calls("get", "ok")).isEqualTo(1);
        assertThat(calls("get", "not_found")).isEqualTo(1);
        assertThat(calls("check", "ok")).isEqualTo(1);
        assertThat(moved("put")).isEqualTo(8);
        assertThat(moved("get")).isEqualTo(2);
    }

    @Test
    void streams_areCountedWhenTheyEnd() {
        await(store.put("a", buffer("12345")));
        subscribe("a", 0, 5).cancel();
        TestSubscriber whole = subscribe("a", 0, 5);
        whole.request(1);
        whole.awaitEnd();
        streamFailure("missing", 0, 1);
        await(store.put("large", ByteBuffer.allocate(1024 * 1024)));
        TestSubscriber part = subscribe("large", 0, 1024 * 1024);
        part.request(1);
        part.awaitBuffers(1);
        part.cancel();

        assertThat(calls("stream", "ok")).isEqualTo(1);
        assertThat(calls("stream", "not_found")).isEqualTo(1);
        assertThat(calls("stream", "cancelled")).isEqualTo(1);
        assertThat(moved("stream")).isEqualTo(5 + part.received().remaining());
    }

    private long calls(String operation, String outcome) {
        Timer timer = meters.find("tapedeck.object.store.calls")
                .tag("operation", operation)
                .tag("outcome", outcome)
                .timer();
        return timer == null ? 0 : timer.count();
    }

    private double moved(String operation) {
        return meters.get("tapedeck.object.store.bytes")
                .tag("operation", operation)
                .counter()
                .count();
    }
}
