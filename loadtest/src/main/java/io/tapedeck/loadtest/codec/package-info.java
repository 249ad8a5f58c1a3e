/** Benchmarks without a server: how small recordings get, what that costs, and what others would store instead. */
package io.tapedeck.loadtest.codec;
