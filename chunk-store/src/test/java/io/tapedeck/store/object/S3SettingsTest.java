package io.tapedeck.store.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3SettingsTest {
    @Test
    void of_takesBucketAndPrefixApart() {
        assertThat(S3Settings.of(URI.create("s3://bucket")).prefix()).isEmpty();
        assertThat(S3Settings.of(URI.create("s3://bucket/")).prefix()).isEmpty();
        assertThat(S3Settings.of(URI.create("s3://my_bucket.eu/some/place/")))
                .satisfies(settings -> assertThat(settings.bucket()).isEqualTo("my_bucket.eu"))
                .satisfies(settings -> assertThat(settings.prefix()).isEqualTo("some/place/"));
    }

    @Test
    void withEndpoint_putsTheBucketIntoThePath() {
        S3Settings amazon = S3Settings.of(URI.create("s3://bucket"));

        assertThat(amazon.pathStyle()).isFalse();
        assertThat(amazon.withEndpoint(URI.create("http://127.0.0.1:9000")).pathStyle())
                .isTrue();
        assertThat(amazon.withEndpoint(URI.create("http://127.0.0.1:9000"))
                        .withPathStyle(false)
                        .pathStyle())
                .isFalse();
    }

    @Test
    void text_hidesSecrets() {
        S3Settings settings = S3Settings.of(URI.create("s3://bucket/prefix"))
                .withEndpoint(URI.create("http://user:pass@localhost:9000"))
                .withCredentials("the-access-key", "the-secret-key");

        assertThat(settings.toString()).isEqualTo("s3://bucket/prefix/ at localhost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///bucket", "s3:bucket", "s3://b", "s3://bucket/../other", "s3://bucket/a//b"})
    void of_anotherForm_isRefused(String address) {
        assertThatThrownBy(() -> S3Settings.of(URI.create(address))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void credentials_goTogether() {
        S3Settings settings = S3Settings.of(URI.create("s3://bucket"));

        assertThatThrownBy(() -> settings.withCredentials("access", null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> settings.withEndpoint(URI.create("ftp://localhost")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
