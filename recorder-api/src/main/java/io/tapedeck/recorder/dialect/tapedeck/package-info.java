/** Tapedeck's own recorder: one chunk in one JSON envelope, numbered, so that none is kept twice. */
package io.tapedeck.recorder.dialect.tapedeck;
