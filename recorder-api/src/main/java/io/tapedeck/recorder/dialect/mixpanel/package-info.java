/** Mixpanel's SDK: recordings on {@code /record}, and what tracked events add to the timeline. */
package io.tapedeck.recorder.dialect.mixpanel;
