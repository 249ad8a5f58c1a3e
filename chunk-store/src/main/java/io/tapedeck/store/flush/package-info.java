/** From the journal into segments: gathering, sealing, compressing, uploading, committing. */
package io.tapedeck.store.flush;
