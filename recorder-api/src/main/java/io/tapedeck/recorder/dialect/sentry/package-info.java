/**
 * Sentry's SDK: envelopes, whose replay items are a recording and whose errors and feedback become events on its timeline.
 * Whatever else is in them is acknowledged and forgotten.
 */
package io.tapedeck.recorder.dialect.sentry;
