/**
 * Bodies as they come over the wire, inflated: gzip, zlib and zstd, in pieces, into an array that grows within bounds. Each
 * byte is reserved before it is allocated, so that no body, however small, takes more memory than there is for it.
 */
package io.tapedeck.recorder.inflate;
