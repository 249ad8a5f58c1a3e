package io.tapedeck.store.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class S3ProxyObjectStoreIT extends ObjectStoreContract {
    private static S3Server server;
    /** One server serves all tests; each has a prefix of its own. */
    private final String place = "test-" + UUID.randomUUID();

    @BeforeAll
    static void openServer() {
        server = S3Server.open();
    }

    @AfterEach
    void endOutage() {
        server.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @Override
    protected ObjectStore open() {
        return new S3ObjectStore(settings(place));
    }

    private static S3Settings settings(String prefix) {
        return S3Settings.of(URI.create("s3://" + server.bucket() + "/" + prefix))
                .withEndpoint(server.endpoint())
                .withCredentials(server.accessKey(), server.secretKey());
    }

    @Override
    protected void breakDown() {
        server.stop();
    }

    @Test
    void put_largerThanOneRequest_isStoredInParts() throws Exception {
        byte[] body = randomBytes((int) S3Put.SINGLE_BYTES_MAX + 1);
        Path file = Files.write(folder.resolve("huge"), body);

        await(store.put("huge", file));

        assertThat(await(store.size("huge"))).isEqualTo(body.length);
        assertThat(await(store.get("huge", body.length - 1024, 1024)))
                .isEqualTo(ByteBuffer.wrap(body, body.length - 1024, 1024));
        await(store.put("huge", ByteBuffer.wrap(body)));
        body[body.length - 1]++;
        assertThat(failure(store.put("huge", ByteBuffer.wrap(body))).kind()).isEqualTo(StoreErrorKind.CONFLICT);
    }

    @Test
    void prefix_keepsStoresApart() {
        try (ObjectStore other = new S3ObjectStore(settings(place + "/other/place/"))) {
            await(store.put("a", buffer("here")));
            await(other.put("a", buffer("there")));
            await(other.put("b", buffer("there")));

            assertThat(keys(await(other.list("", null, 10)))).containsExactly("a", "b");
            assertThat(keys(await(other.list("", "a", 10)))).containsExactly("b");
            assertThat(keys(await(store.list("", null, 10)))).containsExactly("a", "other/place/a", "other/place/b");
            assertThat(text(await(other.get("a", 0, 5)))).isEqualTo("there");
        }
    }

    @Test
    void delete_whereVersionsAreKept_removesThemAll() {
        try (S3Server keeping = S3Server.open();
                ObjectStore versioned = new S3ObjectStore(keeping.settings())) {
            keeping.keepVersions();
            await(versioned.put("kept", buffer("first")));
            await(versioned.put("kept.too", buffer("neighbour")));
            await(versioned.delete("kept"));
            await(versioned.put("kept", buffer("second")));
            assertThat(keeping.versions()).contains("kept");

            await(versioned.delete("kept"));
            await(versioned.delete("never-there"));

            assertThat(keeping.versions()).containsExactly("kept.too");
        }
    }

    @Test
    void missingBucket_isUnavailableAndNeverNotFound() {
        S3Settings nowhere = S3Settings.of(URI.create("s3://nowhere"))
                .withEndpoint(server.endpoint())
                .withCredentials(server.accessKey(), server.secretKey());
        try (ObjectStore lost = new S3ObjectStore(nowhere)) {
            assertThat(failure(lost.get("a", 0, 1)).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
            assertThat(failure(lost.size("a")).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
            assertThat(failure(lost.delete("a")).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
            assertThat(failure(lost.list("", null, 1)).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
            assertThat(failure(lost.put("a", buffer("x"))).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
            assertThat(failure(lost.check()).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);
        }
    }

    @Test
    void wrongSecret_isUnauthorized() {
        try (ObjectStore stranger = new S3ObjectStore(settings(place).withCredentials(server.accessKey(), "wrong"))) {
            assertThat(failure(stranger.get("a", 0, 1)).kind()).isEqualTo(StoreErrorKind.UNAUTHORIZED);
            assertThat(failure(stranger.size("a")).kind()).isEqualTo(StoreErrorKind.UNAUTHORIZED);
            assertThat(failure(stranger.put("a", buffer("x"))).kind()).isEqualTo(StoreErrorKind.UNAUTHORIZED);
        }
    }

    @Test
    void outage_thatEnds_isForgotten() {
        await(store.put("a", buffer("x")));
        server.stop();
        assertThat(failure(store.get("a", 0, 1)).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);

        server.start();

        assertThat(text(await(store.get("a", 0, 1)))).isEqualTo("x");
        await(store.put("b", buffer("y")));
    }

    @Test
    void outage_atTheFirstPut_isForgotten() {
        server.stop();
        assertThat(failure(store.put("a", buffer("x"))).kind()).isEqualTo(StoreErrorKind.UNAVAILABLE);

        server.start();

        await(store.put("a", buffer("x")));
    }

    @Test
    void stream_restingLongerThanTheIdleTimeout_goesOnWhereItWas() {
        byte[] body = randomBytes(16 * 1024 * 1024);
        await(store.put("paused", ByteBuffer.wrap(body)));
        try (ObjectStore impatient = new S3ObjectStore(settings(place).withIdleTimeoutMs(500))) {
            TestSubscriber subscriber = new TestSubscriber();
            impatient.stream("paused", 0, body.length).subscribe(subscriber);
            subscriber.request(3);
            subscriber.awaitBuffers(3);

            Awaitility.await().pollDelay(Duration.ofMillis(1_500)).until(() -> true);
            assertThat(subscriber.ended()).isFalse();
            subscriber.request(Long.MAX_VALUE);
            subscriber.awaitEnd();

            assertThat(subscriber.error()).isNull();
            assertThat(subscriber.received()).isEqualTo(ByteBuffer.wrap(body));
        }
    }

    @Test
    void streams_atRest_doNotHoldEveryConnectionForEver() {
        byte[] body = randomBytes(16 * 1024 * 1024);
        await(store.put("paused", ByteBuffer.wrap(body)));
        try (ObjectStore narrow =
                new S3ObjectStore(settings(place).withIdleTimeoutMs(1_000).withConnectionsMax(2))) {
            for (int i = 0; i < 2; i++) {
                TestSubscriber resting = new TestSubscriber();
                narrow.stream("paused", 0, body.length).subscribe(resting);
                resting.request(1);
                resting.awaitBuffers(1);
            }
            Awaitility.await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
                await(narrow.size("paused"));
                return true;
            });
        }
    }
}
