/**
 * The write side: takes uploads over HTTP and acknowledges them once the store has them. {@link
 * io.tapedeck.recorder.RecorderApi} has the routes and {@code IngestHandler} the steps: {@code Admission} bounds the memory
 * that uploads take together, a body is read and inflated, a dialect decodes it, {@code PrivacyGuard} masks what is not to
 * be kept, and {@code ChunkMaker} makes the chunks that are appended.
 */
package io.tapedeck.recorder;
