/**
 * What the rest of Tapedeck knows of the store.
 *
 * <ul>
 *   <li>Seams: {@link io.tapedeck.store.Journal}, {@link io.tapedeck.store.ObjectStore}, {@link io.tapedeck.store.Catalog}
 *       and the others that {@link io.tapedeck.store.Catalogs} holds; {@link io.tapedeck.store.ChunkAppender} and {@link
 *       io.tapedeck.store.SessionReader} for the gateways. Those below this package implement them.
 *   <li>Values: immutable records such as {@link io.tapedeck.store.Chunk}, {@link io.tapedeck.store.SessionKey} and {@link
 *       io.tapedeck.store.Manifest}, and the forms of keys, {@link io.tapedeck.store.RecordingKey} and {@link
 *       io.tapedeck.store.SegmentKey}.
 *   <li>Implementation: {@link io.tapedeck.store.ChunkStore}, which puts the parts together, and what is package-private.
 * </ul>
 */
package io.tapedeck.store;
