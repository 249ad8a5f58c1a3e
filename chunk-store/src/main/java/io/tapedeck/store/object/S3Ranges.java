package io.tapedeck.store.object;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Ranges as HTTP has them: inclusive, never empty, and silently cut at the object's end. */
final class S3Ranges {
    private S3Ranges() {}

    static String header(long offset, long length) {
        return "bytes=" + offset + "-" + (offset + length - 1);
    }

    /** @throws StoreException CORRUPT if the answer is not the whole of the range asked for */
    static void requireAnswer(String key, GetObjectResponse response, long offset, long length) {
        boolean isPart = response.contentRange() != null;
        if (response.contentLength() != length || (offset > 0 && !isPart)) {
            throw new StoreException(StoreErrorKind.CORRUPT, key + " ends before the range asked for");
        }
    }
}
