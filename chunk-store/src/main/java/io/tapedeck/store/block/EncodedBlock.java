package io.tapedeck.store.block;

import io.tapedeck.store.BlockRef;

/**
 * A block ready to be put into a segment.
 *
 * @param ref what it holds; its offset is 0 until a {@link SegmentWriter} places it
 * @param frame the zstd frame; nobody may change it
 */
public record EncodedBlock(BlockRef ref, byte[] frame) {}
