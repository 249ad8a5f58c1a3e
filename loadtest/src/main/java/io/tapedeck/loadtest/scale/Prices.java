package io.tapedeck.loadtest.scale;

/**
 * What an object store charges, in US dollars.
 *
 * @param put for a thousand requests that write or list
 * @param get for a thousand requests that read
 * @param gbMonth for 10^9 bytes kept for a month
 */
record Prices(double put, double get, double gbMonth) {
    /** Amazon S3 Standard, us-east-1, the first 50 TB, as published in 2026. */
    static final Prices S3 = new Prices(0.005, 0.0004, 0.023);

    double puts(double requests) {
        return requests / 1_000 * put;
    }

    double gets(double requests) {
        return requests / 1_000 * get;
    }
}
