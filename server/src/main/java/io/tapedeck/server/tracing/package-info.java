/** Traces for an OpenTelemetry collector. Nothing here is loaded unless {@code trace-endpoint} is set. */
package io.tapedeck.server.tracing;
