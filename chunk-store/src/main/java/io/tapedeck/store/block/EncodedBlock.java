package io.tapedeck.store.block;

import io.tapedeck.store.BlockRef;
import java.nio.ByteBuffer;

/**
 * A block ready to be put into a segment.
 *
 * @param ref what it holds; its offset is 0 until a {@link SegmentWriter} places it
 * @param frame the zstd frame; nobody may change its bytes or its position
 */
public record EncodedBlock(BlockRef ref, ByteBuffer frame) {}
