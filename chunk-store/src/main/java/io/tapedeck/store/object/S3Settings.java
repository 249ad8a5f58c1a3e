package io.tapedeck.store.object;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * Where an {@link S3ObjectStore} is and how it is spoken to. Immutable; its text hides the secret. Made by {@link #of}
 * and refined by the {@code with…} methods.
 *
 * @param bucket the bucket, which must exist
 * @param prefix what all keys start with there: empty, or parts each followed by a slash
 * @param endpoint the server, or null for Amazon's
 * @param region the region, or null: the SDK's own chain on Amazon, {@code us-east-1} elsewhere
 * @param accessKey the access key, or null: the SDK's own chain
 * @param secretKey the secret key; null just when {@code accessKey} is
 * @param pathStyle whether the bucket stands in the path and not in the host name
 * @param connectionsMax connections at once; calls beyond wait for one, and fail with UNAVAILABLE if none gets free
 * @param idleTimeoutMs how long a connection may stand still within a call; a whole call may take ten times as long
 */
public record S3Settings(
        String bucket,
        String prefix,
        URI endpoint,
        String region,
        String accessKey,
        String secretKey,
        boolean pathStyle,
        int connectionsMax,
        long idleTimeoutMs) {
    private static final int CONNECTIONS_MAX_DEFAULT = 128;
    private static final long IDLE_TIMEOUT_MS_DEFAULT = 30_000;
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]");

    /** @throws IllegalArgumentException naming what is wrong */
    public S3Settings {
        require(bucket != null && BUCKET.matcher(bucket).matches(), "not the name of a bucket: " + bucket);
        require(
                prefix.isEmpty() || (prefix.endsWith("/") && ObjectKeys.isValid(prefix + "x")),
                "not a prefix of keys: " + prefix);
        require(
                endpoint == null || ("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme())),
                "the S3 endpoint must be an http or https address");
        require((accessKey == null) == (secretKey == null), "access key and secret key go together");
        require(connectionsMax > 0, "at least one connection is needed");
        require(idleTimeoutMs > 0, "the idle timeout must be positive");
    }

    /**
     * Amazon S3 with the SDK's own chain of credentials and regions.
     *
     * @param store {@code s3://bucket} or {@code s3://bucket/prefix}
     */
    public static S3Settings of(URI store) {
        require("s3".equals(store.getScheme()), "not an s3: address: " + store);
        String path = store.getPath() == null ? "" : store.getPath().replaceAll("^/+|/+$", "");
        return new S3Settings(
                store.getAuthority(),
                path.isEmpty() ? "" : path + "/",
                null,
                null,
                null,
                null,
                false,
                CONNECTIONS_MAX_DEFAULT,
                IDLE_TIMEOUT_MS_DEFAULT);
    }

    /** Another server than Amazon's; the bucket then stands in the path, which all of them understand. */
    public S3Settings withEndpoint(URI value) {
        return new S3Settings(bucket, prefix, value, region, accessKey, secretKey, true, connectionsMax, idleTimeoutMs);
    }

    public S3Settings withRegion(String value) {
        return new S3Settings(
                bucket, prefix, endpoint, value, accessKey, secretKey, pathStyle, connectionsMax, idleTimeoutMs);
    }

    public S3Settings withCredentials(String access, String secret) {
        return new S3Settings(
                bucket, prefix, endpoint, region, access, secret, pathStyle, connectionsMax, idleTimeoutMs);
    }

    public S3Settings withPathStyle(boolean value) {
        return new S3Settings(
                bucket, prefix, endpoint, region, accessKey, secretKey, value, connectionsMax, idleTimeoutMs);
    }

    public S3Settings withConnectionsMax(int value) {
        return new S3Settings(bucket, prefix, endpoint, region, accessKey, secretKey, pathStyle, value, idleTimeoutMs);
    }

    public S3Settings withIdleTimeoutMs(long value) {
        return new S3Settings(bucket, prefix, endpoint, region, accessKey, secretKey, pathStyle, connectionsMax, value);
    }

    @Override
    public String toString() {
        return "s3://" + bucket + "/" + prefix + (endpoint == null ? "" : " at " + endpoint.getHost());
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
