package io.tapedeck.store.object;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.reactivestreams.Subscriber;
import software.amazon.awssdk.core.async.ResponsePublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * A range of an object, streamed from S3 as fast as the subscriber asks and no faster: its requests are passed on to the
 * connection, which is not read while there are none.
 *
 * <p>A connection that is not read for the idle timeout is lost. While the subscriber asks for nothing that is welcome
 * (a paused reader must not hold a connection that others wait for), so it is not reported: the next request opens
 * another where the last one ended. Objects never change, so the bytes fit together.
 */
final class S3RangePublisher implements Flow.Publisher<ByteBuffer> {
    /** Starts reading the bytes from {@code offset} to the end of the range. */
    interface Opener {
        CompletableFuture<ResponsePublisher<GetObjectResponse>> open(long offset, long length);
    }

    private final String key;
    private final long offset;
    private final long end;
    private final Opener opener;

    S3RangePublisher(String key, long offset, long length, Opener opener) {
        this.key = key;
        this.offset = offset;
        this.end = offset + length;
        this.opener = opener;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Subscription(subscriber));
    }

    /** Its fields are guarded by itself; neither side is called under that lock. */
    private final class Subscription implements Flow.Subscription {
        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private long demand;
        private long position = offset;
        private boolean ended;
        private boolean opening;
        private Connection connection;

        Subscription(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                fail(new IllegalArgumentException("a request must be for 1 or more"));
                return;
            }
            Connection open;
            boolean mustOpen;
            synchronized (this) {
                if (ended) {
                    return;
                }
                demand = demand > Long.MAX_VALUE - n ? Long.MAX_VALUE : demand + n;
                open = connection;
                mustOpen = open == null && !opening;
                opening |= mustOpen;
            }
            if (open != null) {
                open.upstream.request(n);
            } else if (mustOpen) {
                open();
            }
        }

        @Override
        public void cancel() {
            end();
        }

        private void open() {
            long from;
            synchronized (this) {
                from = position;
            }
            opener.open(from, end - from).whenComplete((body, error) -> {
                if (error != null) {
                    fail(S3Errors.toStoreException("stream", key, error));
                } else {
                    body.subscribe(
                            new Connection(body.response(), from)); // also if cancelled: who subscribes can cancel
                }
            });
        }

        private void fail(Throwable error) {
            if (end()) {
                subscriber.onError(error);
            }
        }

        /** Releases everything; true for the first to end the subscription. */
        private boolean end() {
            Connection open;
            synchronized (this) {
                if (ended) {
                    return false;
                }
                ended = true;
                open = connection;
                connection = null;
            }
            if (open != null) {
                open.upstream.cancel();
            }
            return true;
        }

        /** One answer's body; a subscription has one at a time. */
        private final class Connection implements Subscriber<ByteBuffer> {
            private final GetObjectResponse response;
            private final long from;
            private org.reactivestreams.Subscription upstream;

            Connection(GetObjectResponse response, long from) {
                this.response = response;
                this.from = from;
            }

            @Override
            public void onSubscribe(org.reactivestreams.Subscription given) {
                upstream = given;
                long asked;
                synchronized (Subscription.this) {
                    if (ended) {
                        asked = 0;
                    } else {
                        connection = this;
                        opening = false;
                        asked = demand;
                    }
                }
                if (asked == 0) {
                    upstream.cancel();
                    return;
                }
                try {
                    S3Ranges.requireAnswer(key, response, from, end - from);
                } catch (StoreException e) {
                    fail(e);
                    return;
                }
                upstream.request(asked);
            }

            @Override
            public void onNext(ByteBuffer buffer) {
                boolean last;
                synchronized (Subscription.this) {
                    if (ended) {
                        return;
                    }
                    position += buffer.remaining();
                    demand = demand == Long.MAX_VALUE ? demand : demand - 1;
                    last = position == end;
                    if (last) {
                        ended = true;
                        connection = null;
                    }
                }
                subscriber.onNext(buffer);
                if (last) {
                    upstream.request(1); // lets the client see the answer's end, and reuse the connection
                    subscriber.onComplete();
                }
            }

            @Override
            public void onError(Throwable error) {
                synchronized (Subscription.this) {
                    if (!ended && demand == 0) {
                        connection = null;
                        return;
                    }
                }
                fail(S3Errors.toStoreException("stream", key, error));
            }

            @Override
            public void onComplete() {
                fail(new StoreException(StoreErrorKind.UNAVAILABLE, "the answer ended too soon: " + key));
            }
        }
    }
}
