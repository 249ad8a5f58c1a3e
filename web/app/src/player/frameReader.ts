import { LineSplitter } from "./ndjson";
import { batchFrames } from "./framePlan";
import type { LoadFailure, RequestedFrame } from "./protocol";

/** Who takes the lines. `lines` may wait: that is the back-pressure. */
export interface LineSink {
  lines(frame: RequestedFrame, lines: string[]): Promise<void>;
  frameEnd(frame: RequestedFrame, missing: number, surplus: number): Promise<void>;
}

export interface ReadOptions {
  eventsUrl: string;
  rev: number;
  frames: RequestedFrame[];
  signal: AbortSignal;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Waits between attempts; rejects when the signal is aborted. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Thrown when reading can't go on at all, as opposed to a frame that came incomplete. */
export class ReadError extends Error {
  constructor(readonly failure: LoadFailure) {
    super(failure.kind);
  }
}

const ATTEMPTS_MAX = 4;
const FIRST_WAIT_MS = 400;
const RETRY_AFTER_MS_MAX = 15_000;

/**
 * Reads frames in the order given and hands their lines over as they arrive.
 *
 * Browsers end a truncated zstd answer silently, as if it were complete. So the lines of each frame are counted
 * against the manifest; a frame that came short is asked for again, by itself, and what was handed over already is
 * skipped. What is still missing after the last attempt is reported, never passed over.
 */
export async function readFrames(options: ReadOptions, sink: LineSink): Promise<void> {
  for (const batch of batchFrames(options.frames)) {
    const progress = batch.map((frame) => ({ frame, received: frame.skip, surplus: 0 }));
    await attempt(options, progress, sink);
    for (const item of progress) {
      if (item.received < item.frame.events) await retryAlone(options, item, sink);
      await sink.frameEnd(item.frame, Math.max(0, item.frame.events - item.received), item.surplus);
    }
  }
}

interface Progress {
  frame: RequestedFrame;
  /** Lines handed over, including those of earlier attempts. */
  received: number;
  surplus: number;
}

async function retryAlone(options: ReadOptions, item: Progress, sink: LineSink): Promise<void> {
  for (let count = 1; count < ATTEMPTS_MAX && item.received < item.frame.events; count++) {
    await options.wait(FIRST_WAIT_MS * 2 ** (count - 1), options.signal);
    await attempt(options, [item], sink);
  }
}

/** One request. Ends normally also when the answer breaks off: the counts tell. */
async function attempt(options: ReadOptions, progress: Progress[], sink: LineSink): Promise<void> {
  const response = await request(options, progress);
  if (!response?.body) return;
  const reader = response.body.getReader();
  const splitter = new LineSplitter();
  const cursor = new FrameCursor(progress, sink);
  try {
    for (;;) {
      const piece = await reader.read().catch((error: unknown) => {
        if (options.signal.aborted) throw error;
        return null; // The connection broke: the counts tell what is missing.
      });
      if (!piece || piece.done) break;
      await cursor.take(splitter.push(piece.value));
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** Deals lines out to the frames that were asked for, in order, by their counts. */
class FrameCursor {
  private index = 0;
  private linesOfFrame = 0;

  constructor(
    private readonly progress: Progress[],
    private readonly sink: LineSink,
  ) {}

  async take(lines: string[]): Promise<void> {
    let at = 0;
    while (at < lines.length) {
      const item = this.progress[this.index]!;
      const isLast = this.index === this.progress.length - 1;
      const room = item.frame.events - this.linesOfFrame;
      if (room <= 0 && !isLast) {
        this.index++;
        this.linesOfFrame = 0;
        continue;
      }
      if (room <= 0) {
        item.surplus += lines.length - at;
        return;
      }
      const portion = lines.slice(at, at + room);
      const fresh = portion.slice(Math.max(0, item.received - this.linesOfFrame));
      at += portion.length;
      this.linesOfFrame += portion.length;
      if (fresh.length > 0) {
        item.received += fresh.length;
        await this.sink.lines(item.frame, fresh);
      }
    }
  }
}

/** The answer, or null if none came that can be read; throws `ReadError` where asking again is of no use. */
async function request(options: ReadOptions, progress: Progress[]): Promise<Response | null> {
  const frames = progress.map((item) => encodeURIComponent(item.frame.id)).join(",");
  const url = `${options.eventsUrl}?rev=${options.rev}&frames=${frames}`;
  for (let count = 1; ; count++) {
    const response = await options
      .fetch(url, { credentials: "same-origin", signal: options.signal })
      .catch((error: unknown) => {
        if (options.signal.aborted) throw error;
        return null;
      });
    if (response?.ok) return response;
    // Frames that are sound are still to be had, each by itself.
    if (response && (await isOfDamage(response))) return null;
    const failure = failureOf(response?.status ?? 0);
    if (failure.kind !== "unavailable" || count === ATTEMPTS_MAX) throw new ReadError(failure);
    const retryAfterMs = Number(response?.headers.get("Retry-After") ?? 0) * 1_000;
    const waitMs = retryAfterMs > 0 ? Math.min(retryAfterMs, RETRY_AFTER_MS_MAX) : FIRST_WAIT_MS * 2 ** count;
    await options.wait(waitMs, options.signal);
  }
}

/** Whether the server can't read what it has stored of a frame asked for. */
async function isOfDamage(response: Response): Promise<boolean> {
  if (response.status !== 500) return false;
  const problem: unknown = await response.json().catch(() => null);
  return typeof problem === "object" && problem !== null && "code" in problem && problem.code === "CORRUPT";
}

function failureOf(status: number): LoadFailure {
  if (status === 409) return { kind: "stale" };
  if (status === 401) return { kind: "unauthenticated" };
  if (status === 404 || status === 410 || status === 403) return { kind: "gone" };
  return { kind: "unavailable", status };
}
