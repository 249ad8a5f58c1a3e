/**
 * How recorders speak: a {@link io.tapedeck.recorder.dialect.Dialect} is a set of endpoints and inquiries of one kind of
 * SDK, and turns what its uploads say into {@link io.tapedeck.recorder.dialect.Upload}s. {@link
 * io.tapedeck.recorder.dialect.Dialects} lists them all; the types here are what several of them share.
 */
package io.tapedeck.recorder.dialect;
