package io.tapedeck.store.object;

import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects in an S3 bucket, or in one of the many servers that speak its protocol. Thread-safe. Owns its connections and
 * the threads they run on, where futures complete and streams are signalled.
 *
 * <p>Does no I/O until it is used. The first put tries out whether the server honours {@code If-None-Match: *}. Where
 * it does not, a put looks first whether the key is taken: of two puts that race for one key both may then succeed.
 */
public final class S3ObjectStore implements ObjectStore {
    private static final Logger LOG = LoggerFactory.getLogger(S3ObjectStore.class);
    private static final int CALLS_MAX = 4_096;
    private static final int THREADS = 4;
    private static final int CLOSE_QUIET_MS = 500;
    private static final int CLOSE_WAIT_MS = 5_000;
    private static final int LIST_LIMIT_MAX = 1_000;

    private final S3Settings settings;
    private final SdkEventLoopGroup threads =
            SdkEventLoopGroup.builder().numberOfThreads(THREADS).build();
    private final S3AsyncClient client;
    /** A permit for each call that may be under way. */
    private final Semaphore calls = new Semaphore(CALLS_MAX);

    private volatile boolean closed;
    /** Whether puts can be conditional; null until asked, and again if it could not be found out. */
    private CompletableFuture<Boolean> conditionalPuts;

    public S3ObjectStore(S3Settings settings) {
        this.settings = settings;
        this.client = S3Clients.open(settings, threads);
    }

    @Override
    public CompletableFuture<Void> put(String key, ByteBuffer body) {
        S3Body bytes = S3Body.of(body);
        return put(key, () -> bytes);
    }

    @Override
    public CompletableFuture<Void> put(String key, Path file) {
        return put(key, () -> S3Body.of(file));
    }

    private CompletableFuture<Void> put(String key, Callable<S3Body> opener) {
        ObjectKeys.require(key);
        return call("put", key, () -> {
            S3Body body = opener.call();
            return canPutConditionally()
                    .thenCompose(conditional -> new S3Put(this, client, settings, key, body, conditional).run());
        });
    }

    @Override
    public CompletableFuture<ByteBuffer> get(String key, long offset, int length) {
        ObjectKeys.require(key);
        ObjectKeys.requireRange(offset, length);
        if (length == 0) {
            return Outcomes.of(requireSize(key, offset).thenApply(done -> ByteBuffer.allocate(0)));
        }
        return call(
                "get",
                key,
                () -> client.getObject(
                                request -> request.bucket(settings.bucket())
                                        .key(settings.prefix() + key)
                                        .range(S3Ranges.header(offset, length)),
                                AsyncResponseTransformer.toBytes())
                        .thenApply(answer -> {
                            S3Ranges.requireAnswer(key, answer.response(), offset, length);
                            return ByteBuffer.wrap(answer.asByteArrayUnsafe());
                        }));
    }

    @Override
    public Flow.Publisher<ByteBuffer> stream(String key, long offset, long length) {
        ObjectKeys.require(key);
        ObjectKeys.requireRange(offset, length);
        if (length == 0) {
            return new EmptyPublisher(() -> requireSize(key, offset));
        }
        return new S3RangePublisher(
                key,
                offset,
                length,
                (from, rest) -> call(
                        "stream",
                        key,
                        () -> client.getObject(
                                request -> request.bucket(settings.bucket())
                                        .key(settings.prefix() + key)
                                        .range(S3Ranges.header(from, rest)),
                                AsyncResponseTransformer.toPublisher())));
    }

    @Override
    public CompletableFuture<Long> size(String key) {
        ObjectKeys.require(key);
        return call(
                "size",
                key,
                () -> client.headObject(
                                request -> request.bucket(settings.bucket()).key(settings.prefix() + key))
                        .thenApply(answer -> answer.contentLength())
                        .handle((size, error) -> {
                            if (error == null) {
                                return CompletableFuture.completedFuture(size);
                            }
                            return S3Errors.statusOf(error) == 404
                                    ? this.<Long>missingIfBucketIsThere(key)
                                    : CompletableFuture.<Long>failedFuture(error);
                        })
                        .thenCompose(Function.identity()));
    }

    @Override
    public CompletableFuture<Void> delete(String key) {
        ObjectKeys.require(key);
        return call(
                "delete",
                key,
                () -> S3Errors.recover(
                        client.deleteObject(request ->
                                        request.bucket(settings.bucket()).key(settings.prefix() + key))
                                .thenCompose(deleted -> isVersioned(deleted) ? deleteVersions(key) : done()),
                        StoreErrorKind.NOT_FOUND,
                        missing -> done()));
    }

    @Override
    public CompletableFuture<List<StoredObject>> list(String prefix, String after, int limit) {
        ObjectKeys.requirePrefix(prefix);
        ObjectKeys.requireListLimit(limit);
        return call("list", prefix, () -> listFrom(prefix, after, null, limit, new ArrayList<>()));
    }

    @Override
    public CompletableFuture<Void> check() {
        return Outcomes.of(ObjectStoreProbe.run(this));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (!calls.tryAcquire(CALLS_MAX, CLOSE_WAIT_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("closing {} with {} calls unfinished", this, CALLS_MAX - calls.availablePermits());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.close();
        threads.eventLoopGroup().shutdownGracefully(CLOSE_QUIET_MS, CLOSE_WAIT_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public String toString() {
        return settings.toString();
    }

    private <T> CompletableFuture<T> call(String operation, String key, Callable<CompletableFuture<T>> work) {
        if (closed) {
            return refused(StoreErrorKind.UNAVAILABLE, "the object store is closed");
        }
        if (!calls.tryAcquire()) {
            return refused(StoreErrorKind.OVER_CAPACITY, "too many object store calls are under way");
        }
        CompletableFuture<T> call;
        try {
            call = work.call();
        } catch (Exception e) {
            call = CompletableFuture.failedFuture(e);
        }
        call.whenComplete((value, error) -> calls.release());
        return Outcomes.of(call, error -> S3Errors.toStoreException(operation, key, error));
    }

    private static <T> CompletableFuture<T> refused(StoreErrorKind kind, String message) {
        return CompletableFuture.failedFuture(new StoreException(kind, message));
    }

    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    /** The answer to HEAD has no body, so a 404 does not say what is missing. */
    private <T> CompletableFuture<T> missingIfBucketIsThere(String key) {
        return client.headBucket(request -> request.bucket(settings.bucket()))
                .thenCompose(there -> CompletableFuture.failedFuture(
                        new StoreException(StoreErrorKind.NOT_FOUND, "no object " + key)));
    }

    private CompletableFuture<Void> requireSize(String key, long bytesMin) {
        return size(key).thenAccept(size -> {
            if (size < bytesMin) {
                throw new StoreException(StoreErrorKind.CORRUPT, key + " ends before the range asked for");
            }
        });
    }

    private synchronized CompletableFuture<Boolean> canPutConditionally() {
        if (conditionalPuts == null || conditionalPuts.isCompletedExceptionally()) {
            conditionalPuts = probeConditionalPuts();
        }
        return conditionalPuts;
    }

    /** Puts a second object under a key that is taken, and sees whether that is refused. */
    private CompletableFuture<Boolean> probeConditionalPuts() {
        String key = ObjectStoreProbe.newKey();
        return putIfAbsent(key, "first")
                .thenCompose(done -> putIfAbsent(key, "second").handle((accepted, error) -> {
                    boolean refused = error != null && S3Errors.kindOf(error) == StoreErrorKind.CONFLICT;
                    return error == null || refused
                            ? delete(key).thenApply(deleted -> refused)
                            : CompletableFuture.<Boolean>failedFuture(error);
                }))
                .thenCompose(Function.identity())
                .exceptionally(error -> {
                    if (S3Errors.isNotImplemented(error)) {
                        return false;
                    }
                    throw S3Errors.toStoreException("put", key, error);
                })
                .whenComplete((supported, error) -> {
                    if (error == null && !supported) {
                        LOG.warn("{} does not support conditional puts: keys are only looked up before a put", this);
                    }
                });
    }

    private CompletableFuture<?> putIfAbsent(String key, String body) {
        return client.putObject(
                request -> request.bucket(settings.bucket())
                        .key(settings.prefix() + key)
                        .ifNoneMatch("*"),
                AsyncRequestBody.fromBytes(body.getBytes(StandardCharsets.US_ASCII)));
    }

    private static boolean isVersioned(DeleteObjectResponse deleted) {
        return deleted.versionId() != null || Boolean.TRUE.equals(deleted.deleteMarker());
    }

    /** Removes versions and delete markers, oldest knowledge first, until the server lists none. */
    private CompletableFuture<Void> deleteVersions(String key) {
        String fullKey = settings.prefix() + key;
        return client.listObjectVersions(request ->
                        request.bucket(settings.bucket()).prefix(fullKey).maxKeys(LIST_LIMIT_MAX))
                .thenCompose(page -> {
                    List<String> versions = versionsOf(fullKey, page);
                    CompletableFuture<Void> deleted = done();
                    for (String version : versions) {
                        deleted = deleted.thenCompose(
                                previous -> client.deleteObject(request -> request.bucket(settings.bucket())
                                                .key(fullKey)
                                                .versionId(version))
                                        .thenApply(one -> null));
                    }
                    return versions.isEmpty() ? deleted : deleted.thenCompose(all -> deleteVersions(key));
                });
    }

    private static List<String> versionsOf(String fullKey, ListObjectVersionsResponse page) {
        return Stream.concat(
                        page.versions().stream()
                                .filter(version -> version.key().equals(fullKey))
                                .map(ObjectVersion::versionId),
                        page.deleteMarkers().stream()
                                .filter(marker -> marker.key().equals(fullKey))
                                .map(DeleteMarkerEntry::versionId))
                .toList();
    }

    /**
     * Servers may cut pages short, even to nothing, and hold keys that are not ours: asks on until the limit or the end is
     * reached.
     *
     * @param token says where to go on after an empty page, or null
     */
    private CompletableFuture<List<StoredObject>> listFrom(
            String prefix, String after, String token, int limit, List<StoredObject> found) {
        String root = settings.prefix();
        return client.listObjectsV2(request -> request.bucket(settings.bucket())
                        .prefix(root + prefix)
                        .startAfter(after == null || token != null ? null : root + after)
                        .continuationToken(token)
                        .maxKeys(limit - found.size()))
                .thenCompose(page -> {
                    List<S3Object> objects = page.contents();
                    objects.stream()
                            .map(object -> new StoredObject(object.key().substring(root.length()), object.size()))
                            .filter(object -> ObjectKeys.isValid(object.key()))
                            .forEach(found::add);
                    if (found.size() >= limit || !Boolean.TRUE.equals(page.isTruncated())) {
                        return CompletableFuture.completedFuture(found);
                    }
                    if (objects.isEmpty()) {
                        String next = page.nextContinuationToken();
                        return next == null || next.equals(token)
                                ? CompletableFuture.completedFuture(found)
                                : listFrom(prefix, after, next, limit, found);
                    }
                    String last = objects.get(objects.size() - 1).key().substring(root.length());
                    return listFrom(prefix, last, null, limit, found);
                });
    }
}
