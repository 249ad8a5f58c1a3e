package io.tapedeck.store.object;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

/**
 * An S3 server in this process, on a free port of 127.0.0.1, with one bucket. Keeps its objects and its port over
 * {@link #stop} and {@link #start}; they are gone after {@link #close}.
 */
public final class S3Server implements AutoCloseable {
    private static final String BUCKET = "recordings";
    private static final String ACCESS_KEY = "access";
    private static final String SECRET_KEY = "secret";

    private final BlobStore blobs;
    private S3Proxy proxy;
    private int port;

    private S3Server() {
        blobs = BlobStores.create("transient-nio2", new Properties());
        blobs.createContainer(BUCKET);
    }

    /** Starts one with an empty bucket. */
    public static S3Server open() {
        S3Server server = new S3Server();
        server.start();
        return server;
    }

    /** Starts again after {@link #stop}, with the objects that were there. Does nothing if it runs. */
    public void start() {
        if (proxy != null) {
            return;
        }
        proxy = S3Proxy.builder()
                .blobStore(blobs)
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
                .stopTimeout(0)
                .build();
        try {
            proxy.start();
        } catch (Exception e) {
            throw new IllegalStateException("the S3 server did not start", e);
        }
        port = proxy.getPort();
    }

    /** The variables of a server whose objects are in this bucket, below a prefix. */
    public Map<String, String> settings(String prefix) {
        return Map.of(
                "TAPEDECK_STORE_URL",
                "s3://" + BUCKET + "/" + prefix,
                "TAPEDECK_S3_ENDPOINT",
                endpoint().toString(),
                "TAPEDECK_S3_ACCESS_KEY",
                ACCESS_KEY,
                "TAPEDECK_S3_SECRET_KEY",
                SECRET_KEY);
    }

    /** Refuses connections from now on, as in an outage. Does nothing if it does so already. */
    public void stop() {
        if (proxy == null) {
            return;
        }
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the S3 server did not stop", e);
        }
        proxy = null;
    }

    /** Keeps all versions of objects from now on; there is no way back. */
    public void keepVersions() {
        blobs.putBucketVersioning(BUCKET, BucketVersioningStatus.ENABLED);
    }

    /** The keys of all versions and delete markers. */
    public List<String> versions() {
        ListObjectVersionsResponse all = blobs.listVersions(ListObjectVersionsRequest.builder()
                .bucket(BUCKET)
                .maxKeys(1_000)
                .build());
        return Stream.concat(
                        all.versions().stream().map(ObjectVersion::key),
                        all.deleteMarkers().stream().map(DeleteMarkerEntry::key))
                .toList();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public String bucket() {
        return BUCKET;
    }

    public String accessKey() {
        return ACCESS_KEY;
    }

    public String secretKey() {
        return SECRET_KEY;
    }

    /** How to reach the bucket. */
    public S3Settings settings() {
        return S3Settings.of(URI.create("s3://" + BUCKET))
                .withEndpoint(endpoint())
                .withCredentials(ACCESS_KEY, SECRET_KEY);
    }

    @Override
    public void close() {
        stop();
        blobs.close();
    }
}
