package io.tapedeck.store.object;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;

/** Opens the SDK's client as settings say, on threads of the caller's. */
final class S3Clients {
    /** The second attempt is for a pooled connection that the server has closed. All other retries are the callers'. */
    private static final int ATTEMPTS_MAX = 2;

    private static final int WAITING_MAX = 4_096;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** The SDK's pool now and then waits in vain where the server refuses connections: an outage may take so long. */
    private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(10);

    private S3Clients() {}

    static S3AsyncClient open(S3Settings settings, SdkEventLoopGroup threads) {
        Duration idle = Duration.ofMillis(settings.idleTimeoutMs());
        S3AsyncClientBuilder builder = S3AsyncClient.builder()
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .eventLoopGroup(threads)
                        .maxConcurrency(settings.connectionsMax())
                        .maxPendingConnectionAcquires(WAITING_MAX)
                        .connectionAcquisitionTimeout(ACQUIRE_TIMEOUT.compareTo(idle) < 0 ? ACQUIRE_TIMEOUT : idle)
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .readTimeout(idle)
                        .writeTimeout(idle))
                .forcePathStyle(settings.pathStyle())
                .overrideConfiguration(config -> config.apiCallTimeout(idle.multipliedBy(10))
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(ATTEMPTS_MAX)
                                .build()))
                .asyncConfiguration(config ->
                        config.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run));
        if (settings.endpoint() != null) {
            // Other servers than Amazon's choke on the SDK's checksum trailers, or store them.
            builder.endpointOverride(settings.endpoint())
                    .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        }
        if (settings.region() != null || settings.endpoint() != null) {
            builder.region(settings.region() == null ? Region.US_EAST_1 : Region.of(settings.region()));
        }
        if (settings.accessKey() != null) {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(settings.accessKey(), settings.secretKey())));
        }
        return builder.build();
    }
}
