package io.tapedeck.store.object;

import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Creates one object, in one request or, if it is large, in parts one after the other.
 *
 * <p>A refusal because the key is taken does not mean that somebody else took it: the client repeats a request whose
 * answer got lost, and then finds its own object. So what is there is compared before it is called a conflict.
 */
final class S3Put {
    static final long SINGLE_BYTES_MAX = 64L * 1024 * 1024;
    private static final long PART_BYTES = 32L * 1024 * 1024;
    private static final int COMPARE_BYTES = 4 * 1024 * 1024;
    private static final String IF_ABSENT = "*";

    private final ObjectStore store;
    private final S3AsyncClient client;
    private final String bucket;
    private final String key;
    private final String fullKey;
    private final S3Body body;
    private final boolean conditional;
    /**
     * What the client sends along with each part unless it is told not to; null if it is. Amazon's server finds the parts of
     * an upload again only if it was told at its beginning, and of each part at its end.
     */
    private final ChecksumAlgorithm partChecksums;

    /** @param conditional whether the server refuses a put with {@code If-None-Match: *} where there is an object */
    S3Put(ObjectStore store, S3AsyncClient client, S3Settings settings, String key, S3Body body, boolean conditional) {
        this.store = store;
        this.client = client;
        this.bucket = settings.bucket();
        this.key = key;
        this.fullKey = settings.prefix() + key;
        this.body = body;
        this.conditional = conditional;
        this.partChecksums = settings.endpoint() == null ? ChecksumAlgorithm.CRC32 : null;
    }

    CompletableFuture<Void> run() {
        boolean single = body.size() <= SINGLE_BYTES_MAX;
        CompletableFuture<Void> created;
        if (single && conditional) {
            created = putWhole();
        } else {
            created = ifAbsent(() -> single ? putWhole() : putParts());
        }
        return S3Errors.recover(created, StoreErrorKind.CONFLICT, this::compareWithPresent);
    }

    /** Runs the work if there is no object yet, and fails with CONFLICT else. */
    private CompletableFuture<Void> ifAbsent(Supplier<CompletableFuture<Void>> work) {
        CompletableFuture<Void> present = store.size(key)
                .thenCompose(size -> CompletableFuture.failedFuture(
                        new StoreException(StoreErrorKind.CONFLICT, "the key is taken: " + key)));
        return S3Errors.recover(present, StoreErrorKind.NOT_FOUND, missing -> work.get());
    }

    private CompletableFuture<Void> putWhole() {
        return client.putObject(
                        request -> request.bucket(bucket)
                                .key(fullKey)
                                .contentLength(body.size())
                                .ifNoneMatch(conditional ? IF_ABSENT : null),
                        body.part(0, body.size()))
                .thenApply(done -> null);
    }

    private CompletableFuture<Void> putParts() {
        return client.createMultipartUpload(
                        request -> request.bucket(bucket).key(fullKey).checksumAlgorithm(partChecksums))
                .thenCompose(created -> {
                    String upload = created.uploadId();
                    return putPartsFrom(upload, 0, new ArrayList<>())
                            .thenCompose(parts -> complete(upload, parts))
                            .handle((done, error) -> error == null
                                    ? CompletableFuture.<Void>completedFuture(null)
                                    : abort(upload, error))
                            .thenCompose(Function.identity());
                });
    }

    private CompletableFuture<List<CompletedPart>> putPartsFrom(String upload, long offset, List<CompletedPart> done) {
        if (offset == body.size()) {
            return CompletableFuture.completedFuture(done);
        }
        long length = Math.min(PART_BYTES, body.size() - offset);
        int number = done.size() + 1;
        return client.uploadPart(
                        request -> request.bucket(bucket)
                                .key(fullKey)
                                .uploadId(upload)
                                .partNumber(number)
                                .checksumAlgorithm(partChecksums)
                                .contentLength(length),
                        body.part(offset, length))
                .thenCompose(part -> {
                    done.add(CompletedPart.builder()
                            .partNumber(number)
                            .eTag(part.eTag())
                            .checksumCRC32(partChecksums == null ? null : part.checksumCRC32())
                            .build());
                    return putPartsFrom(upload, offset + length, done);
                });
    }

    private CompletableFuture<Void> complete(String upload, List<CompletedPart> parts) {
        return client.completeMultipartUpload(request -> request.bucket(bucket)
                        .key(fullKey)
                        .uploadId(upload)
                        .ifNoneMatch(conditional ? IF_ABSENT : null)
                        .multipartUpload(all -> all.parts(parts)))
                .thenApply(done -> null);
    }

    /** Frees the parts as far as the server lets us, and fails with what went wrong before. */
    private CompletableFuture<Void> abort(String upload, Throwable error) {
        return client.abortMultipartUpload(
                        request -> request.bucket(bucket).key(fullKey).uploadId(upload))
                .handle((done, ignored) -> CompletableFuture.<Void>failedFuture(error))
                .thenCompose(Function.identity());
    }

    private CompletableFuture<Void> compareWithPresent(Throwable refusal) {
        return S3Errors.recover(
                store.size(key)
                        .thenCompose(size -> size == body.size()
                                ? compareFrom(0, refusal)
                                : CompletableFuture.<Void>failedFuture(conflict(refusal))),
                StoreErrorKind.NOT_FOUND,
                gone -> CompletableFuture.failedFuture(new StoreException(
                        StoreErrorKind.UNAVAILABLE, "another put of the same key is under way: " + key, refusal)));
    }

    private CompletableFuture<Void> compareFrom(long offset, Throwable refusal) {
        if (offset == body.size()) {
            return CompletableFuture.completedFuture(null);
        }
        int length = (int) Math.min(COMPARE_BYTES, body.size() - offset);
        return store.get(key, offset, length).thenCompose(present -> {
            try {
                return present.equals(body.read(offset, length))
                        ? compareFrom(offset + length, refusal)
                        : CompletableFuture.failedFuture(conflict(refusal));
            } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }

    private StoreException conflict(Throwable refusal) {
        return new StoreException(StoreErrorKind.CONFLICT, "the key is taken: " + key, Outcomes.unwrap(refusal));
    }
}
