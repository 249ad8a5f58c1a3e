/**
 * What is kept of what recorders send: what a project hides or does not keep is refused or masked before it is stored. The
 * checks pass quickly over events that are as they must be; the masks look at the others as trees, and rewrite them.
 */
package io.tapedeck.recorder.privacy;
