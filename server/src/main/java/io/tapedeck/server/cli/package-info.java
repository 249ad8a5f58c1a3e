/** The commands beside {@code serve}: small programs on the same object store and catalog. */
package io.tapedeck.server.cli;
