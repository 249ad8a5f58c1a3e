package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.upkeep.FramesAhead.Place;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which frames are asked for, and when. */
class FramesAheadTest {
    private final Asked store = new Asked();
    private final FramesAhead frames = new FramesAhead(store);

    @Test
    void read_ofTheFirst_asksForThoseBehindIt() throws InterruptedException {
        List<Place> places = expect(3, 10);

        read(places.get(0));

        assertThat(store.asked).containsExactlyElementsOf(places);
    }

    @Test
    void read_ofAll_asksForEachOnce() throws InterruptedException {
        List<Place> places = expect(3 * FramesAhead.READS_MAX, 10);

        for (Place place : places) {
            assertThat(read(place)).isEqualTo(ByteBuffer.wrap(place.objectKey().getBytes(StandardCharsets.US_ASCII)));
        }

        assertThat(store.asked).containsExactlyElementsOf(places);
    }

    @Test
    void read_withManyExpected_asksForABoundedNumber() throws InterruptedException {
        List<Place> places = expect(100, 10);

        read(places.get(0));

        assertThat(store.asked).hasSize(1 + FramesAhead.READS_MAX);
    }

    @Test
    void read_withLargeOnesExpected_asksForABoundedNumberOfBytes() throws InterruptedException {
        List<Place> places = expect(10, FramesAhead.BYTES_MAX / 2);

        read(places.get(0));
        assertThat(store.asked).hasSize(1 + 2);

        read(places.get(1));
        assertThat(store.asked).hasSize(1 + 3);
    }

    @Test
    void read_ofOneBeyondTheBound_isAskedForWhenItsTurnComes() throws InterruptedException {
        List<Place> places = expect(2, FramesAhead.BYTES_MAX + 1);

        read(places.get(0));
        assertThat(store.asked).hasSize(1);

        assertThat(read(places.get(1))).isNotNull();
    }

    @Test
    void read_doesNotAskForWhatIsKnown() throws InterruptedException {
        List<Place> places = expect(3, 10);

        frames.read(places.get(0), places.get(1)::equals);

        assertThat(store.asked).containsExactly(places.get(0), places.get(2));
    }

    @Test
    void read_ofWhatNobodyExpected_isAnswered() throws InterruptedException {
        assertThat(read(place(7, 10))).isNotNull();
    }

    @Test
    void read_ofOneThatFails_failsAsTheStoreDoes() throws InterruptedException {
        List<Place> places = expect(2, 10);
        store.failing = places.get(1);

        read(places.get(0));

        assertThatThrownBy(() -> read(places.get(1)))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.UNAVAILABLE));
    }

    private ByteBuffer read(Place place) throws InterruptedException {
        return frames.read(place, known -> false);
    }

    private List<Place> expect(int count, int length) {
        List<Place> places =
                IntStream.range(0, count).mapToObj(i -> place(i, length)).toList();
        places.forEach(frames::expect);
        return places;
    }

    private static Place place(int number, int length) {
        return new Place("segment-" + number, 0, length);
    }

    /** Answers with an object's key, and remembers what it was asked for. */
    private static final class Asked implements ObjectStore {
        private final List<Place> asked = new ArrayList<>();
        private Place failing;

        @Override
        public CompletableFuture<ByteBuffer> get(String key, long offset, int length) {
            Place place = new Place(key, offset, length);
            asked.add(place);
            return place.equals(failing)
                    ? CompletableFuture.failedFuture(new StoreException(StoreErrorKind.UNAVAILABLE, "away"))
                    : CompletableFuture.completedFuture(ByteBuffer.wrap(key.getBytes(StandardCharsets.US_ASCII)));
        }

        @Override
        public CompletableFuture<Void> put(String key, ByteBuffer body) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Void> put(String key, Path file) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Flow.Publisher<ByteBuffer> stream(String key, long offset, long length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Long> size(String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Void> delete(String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<List<StoredObject>> list(String prefix, String after, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Void> check() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
