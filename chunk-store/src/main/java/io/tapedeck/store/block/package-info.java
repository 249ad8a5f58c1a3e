/**
 * The formats of segments and recordings: what writes their bytes and what reads them, on buffers and files, without I/O to
 * any store. {@code docs/format.md} has the same byte by byte; old files must stay readable, see {@link
 * io.tapedeck.store.block.FormatVersion}.
 */
package io.tapedeck.store.block;
