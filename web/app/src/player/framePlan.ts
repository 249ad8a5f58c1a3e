/**
 * Which frames of a window to read, in which order. A picture at instant `t` needs everything from the last full
 * snapshot at or before `t`; playing on needs what follows. Frames before that are read only after seeking back.
 */

export interface PlannedFrame {
  id: string;
  firstAt: number;
  lastAt: number;
  bytesRaw: number;
  fullSnapshots: readonly number[];
}

/**
 * How far ahead of the play position is read. Without a bound, a session of hours would be pulled into the tab's
 * memory as fast as the network gives it: the heap takes about 1.1 times the raw bytes. Two minutes ahead cover a
 * stall at 16 times the speed for some seconds; 64 MB bound a burst of large snapshots. A session that is no larger
 * than that is simply read to its end.
 */
export const READ_AHEAD_MS = 120_000;
export const READ_AHEAD_BYTES = 64 * 1024 * 1024;

/** The index of the frame where reading must start to show instant `t`. */
export function startFrameIndex(frames: readonly PlannedFrame[], t: number): number {
  for (let index = frames.length - 1; index >= 0; index--) {
    const frame = frames[index]!;
    if (!frame.fullSnapshots.some((at) => at <= t)) continue;
    // The Meta event before a snapshot carries the size; an upload may have been cut between the two.
    const startsWithSnapshot = Math.min(...frame.fullSnapshots) <= frame.firstAt;
    return startsWithSnapshot && index > 0 ? index - 1 : index;
  }
  return 0;
}

/** One past the last frame that must be read to show instant `t`: late chunks make the ranges of frames overlap. */
export function endFrameIndex(frames: readonly PlannedFrame[], t: number): number {
  let end = startFrameIndex(frames, t) + 1;
  for (let index = end; index < frames.length; index++) {
    if (frames[index]!.firstAt <= t) end = index + 1;
  }
  // Before the first picture there is nothing to see: read up to it.
  const hasSnapshot = frames.slice(0, end).some((frame) => frame.fullSnapshots.length > 0);
  if (!hasSnapshot) {
    const first = frames.findIndex((frame) => frame.fullSnapshots.length > 0);
    if (first >= 0) end = Math.max(end, first + 1);
  }
  return Math.min(end, frames.length);
}

export interface PlanBounds {
  aheadMs: number;
  aheadBytes: number;
}

/**
 * The frames to read next, in the order in which to ask for them: all that instant `t` needs, then forward within
 * the bounds. Frames in `held` are there already but count towards the bounds.
 */
export function planFrames<F extends PlannedFrame>(
  frames: readonly F[],
  t: number,
  held: (frame: F) => boolean,
  bounds: PlanBounds = { aheadMs: READ_AHEAD_MS, aheadBytes: READ_AHEAD_BYTES },
): F[] {
  const start = startFrameIndex(frames, t);
  const end = endFrameIndex(frames, t);
  const needed = frames.slice(start, end);
  const ahead = frames.slice(end);
  const small = frames.slice(start).reduce((sum, frame) => sum + frame.bytesRaw, 0) <= bounds.aheadBytes;
  let bytes = 0;
  const wanted = ahead.filter((frame) => {
    bytes += frame.bytesRaw;
    return small || (frame.firstAt <= t + bounds.aheadMs && bytes <= bounds.aheadBytes);
  });
  return [...needed, ...wanted].filter((frame) => !held(frame));
}

/**
 * Raw bytes of events that one window keeps. Reached only in long sessions; then the frames farthest from the play
 * position are given up and read again if somebody seeks back to them.
 */
export const HELD_BYTES_MAX = 128 * 1024 * 1024;

/** The frames to give up so that those held fit the bound; never one that instant `t` or reading on needs. */
export function framesToEvict<F extends PlannedFrame>(
  frames: readonly F[],
  t: number,
  held: (frame: F) => boolean,
  heldBytesMax = HELD_BYTES_MAX,
): F[] {
  let bytes = frames.filter(held).reduce((sum, frame) => sum + frame.bytesRaw, 0);
  const start = startFrameIndex(frames, t);
  const behind = frames.slice(0, start).filter(held);
  const farAhead = frames.filter((frame) => held(frame) && frame.firstAt > t + 2 * READ_AHEAD_MS).reverse();
  const evicted: F[] = [];
  for (const frame of [...behind, ...farAhead]) {
    if (bytes <= heldBytesMax) break;
    bytes -= frame.bytesRaw;
    evicted.push(frame);
  }
  return evicted;
}

/** Frames of one request: bounded, so that a seek to elsewhere is not behind a long answer, nor the URL too long. */
const REQUEST_FRAMES_MAX = 24;
const REQUEST_BYTES_MAX = 8 * 1024 * 1024;
const REQUEST_ID_CHARS_MAX = 3_000;

export function batchFrames<F extends { id: string; bytesRaw: number }>(frames: readonly F[]): F[][] {
  const batches: F[][] = [];
  let batch: F[] = [];
  let bytes = 0;
  let chars = 0;
  for (const frame of frames) {
    const full =
      batch.length >= REQUEST_FRAMES_MAX ||
      bytes + frame.bytesRaw > REQUEST_BYTES_MAX ||
      chars + frame.id.length > REQUEST_ID_CHARS_MAX;
    if (full && batch.length > 0) {
      batches.push(batch);
      batch = [];
      bytes = 0;
      chars = 0;
    }
    batch.push(frame);
    bytes += frame.bytesRaw;
    chars += frame.id.length + 3;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
