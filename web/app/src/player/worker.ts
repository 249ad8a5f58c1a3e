import { FrameDecoder } from "./frameDecoder";
import { ReadError, readFrames } from "./frameReader";
import type { FromWorker, ToWorker } from "./protocol";

/**
 * The worker: fetches frames, splits, parses, sanitises, and posts events to the page in portions. The page answers
 * each portion with a credit; without credits left the worker stops reading, and so does the network.
 */

const scope = self as unknown as {
  postMessage(message: FromWorker): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
};

const CREDITS = 4;

let current: { job: number; abort: AbortController; credit: () => void } | null = null;
const decoders = new Map<string, FrameDecoder>();

scope.onmessage = ({ data: message }) => {
  switch (message.type) {
    case "load":
      current?.abort.abort();
      void load(message);
      return;
    case "credit":
      if (current?.job === message.job) current.credit();
      return;
    case "cancel":
      current?.abort.abort();
      return;
  }
};

async function load(message: Extract<ToWorker, { type: "load" }>): Promise<void> {
  const { job, window } = message;
  const abort = new AbortController();
  const credits = new Credits(CREDITS);
  current = { job, abort, credit: () => credits.give() };
  const decoder = decoders.get(window) ?? new FrameDecoder();
  decoders.set(window, decoder);
  try {
    await readFrames(
      {
        eventsUrl: message.eventsUrl,
        rev: message.rev,
        frames: message.frames,
        signal: abort.signal,
        fetch: (url, init) => fetch(url, init),
        wait,
      },
      {
        async lines(frame, lines) {
          for (const portion of decoder.decode(frame, lines)) {
            await credits.take(abort.signal);
            scope.postMessage({ type: "events", job, window, frame: frame.id, ...portion });
          }
        },
        async frameEnd(frame, missing, surplus) {
          scope.postMessage({ type: "frameEnd", job, window, frame: frame.id, missing, surplus });
        },
      },
    );
    scope.postMessage({ type: "done", job, window });
  } catch (error) {
    if (abort.signal.aborted) return;
    const failure =
      error instanceof ReadError ? error.failure : ({ kind: "unavailable", status: 0 } as const);
    scope.postMessage({ type: "failed", job, window, failure });
  }
}

/** Counts portions that the page has yet to deal with. */
class Credits {
  private waiting: (() => void) | null = null;

  constructor(private left: number) {}

  give(): void {
    this.left++;
    this.waiting?.();
  }

  async take(signal: AbortSignal): Promise<void> {
    while (this.left <= 0) {
      await new Promise<void>((resolve, reject) => {
        this.waiting = resolve;
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      });
      this.waiting = null;
    }
    signal.throwIfAborted();
    this.left--;
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}
