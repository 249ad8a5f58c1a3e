package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetricsPageTest {
    private final MetricsPage page = MetricsPage.of("""
            # HELP bytes Bytes, {in} braces
            # TYPE bytes counter
            bytes{coding="zstd",note="a } and a space"} 1.5E3
            bytes{coding="gzip"} 500.0
            bytes_max 7
            up 1 1763800000000
            odd NaN
            most +Inf
            """);

    @Test
    void series_areAddedUp() {
        assertThat(page.sum("bytes")).hasValue(2_000);
        assertThat(page.sum("bytes", "coding=\"gzip\"")).hasValue(500);
        assertThat(page.sum("bytes", "coding=\"zstd\"", "note=")).hasValue(1_500);
        assertThat(page.sum("bytes_max")).hasValue(7);
    }

    @Test
    void timestamps_andOddNumbers_areRead() {
        assertThat(page.sum("up")).hasValue(1);
        assertThat(page.sum("odd")).hasValue(Double.NaN);
        assertThat(page.sum("most")).hasValue(Double.POSITIVE_INFINITY);
    }

    @Test
    void whatIsNotThere_isEmpty() {
        assertThat(page.sum("byte")).isEmpty();
        assertThat(page.sum("bytes", "coding=\"br\"")).isEmpty();
        assertThat(MetricsPage.of("").sum("bytes")).isEmpty();
    }

    @Test
    void linesThatAreNoSamples_arePassedOver() {
        MetricsPage other = MetricsPage.of("{}\n<html>\n<p class=a>{b}</p>\nup\nup one\nup 1");

        assertThat(other.sum("up")).hasValue(1);
        assertThat(other.isEmpty()).isFalse();
        assertThat(MetricsPage.of("{}\n<html>").isEmpty()).isTrue();
    }

    @Test
    void severalProcesses_areAddedUp() {
        assertThat(page.plus(page).sum("bytes")).hasValue(4_000);
    }
}
