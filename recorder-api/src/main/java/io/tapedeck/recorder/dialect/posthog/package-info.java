/**
 * PostHog's SDK: captures, of which {@code $snapshot} is a recording and others become events on its timeline; and the
 * configuration, flags and scripts that it asks for before it records.
 */
package io.tapedeck.recorder.dialect.posthog;
