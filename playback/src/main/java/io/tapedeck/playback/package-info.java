/** The read side: finding sessions, playing them back, and who may do so. */
package io.tapedeck.playback;
