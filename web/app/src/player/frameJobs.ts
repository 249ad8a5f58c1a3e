import { FrameDecoder } from "./frameDecoder";
import { ReadError, type ReadOptions, readFrames } from "./frameReader";
import type { FromWorker, ToWorker } from "./protocol";

const CREDITS = 4;

/**
 * Fetches frames, splits, parses, sanitises, and posts events to the page in portions. The page answers each portion
 * with a credit; without credits left nothing more is read, and so the network stops. One job at a time.
 */
export class FrameJobs {
  private current: { job: number; abort: AbortController; credit: () => void } | null = null;
  private readonly decoders = new Map<string, FrameDecoder>();

  constructor(
    private readonly post: (message: FromWorker) => void,
    private readonly fetch: ReadOptions["fetch"],
  ) {}

  receive(message: ToWorker): void {
    switch (message.type) {
      case "load":
        this.current?.abort.abort();
        void this.load(message);
        return;
      case "credit":
        if (this.current?.job === message.job) this.current.credit();
        return;
      case "cancel":
        this.current?.abort.abort();
        return;
    }
  }

  private async load(message: Extract<ToWorker, { type: "load" }>): Promise<void> {
    const { job, window } = message;
    const abort = new AbortController();
    const credits = new Credits(CREDITS);
    this.current = { job, abort, credit: () => credits.give() };
    const decoder = this.decoders.get(window) ?? new FrameDecoder();
    this.decoders.set(window, decoder);
    const { eventsUrl, rev, frames } = message;
    try {
      await readFrames(
        { eventsUrl, rev, frames, signal: abort.signal, fetch: this.fetch, wait },
        {
          lines: async (frame, lines) => {
            for (const portion of decoder.decode(frame, lines)) {
              await credits.take(abort.signal);
              this.post({ type: "events", job, window, frame: frame.id, ...portion });
            }
          },
          frameEnd: async (frame, missing, surplus) => {
            this.post({ type: "frameEnd", job, window, frame: frame.id, missing, surplus });
          },
        },
      );
      this.post({ type: "done", job, window });
    } catch (error) {
      if (abort.signal.aborted) return;
      const failure =
        error instanceof ReadError ? error.failure : ({ kind: "unavailable", status: 0 } as const);
      this.post({ type: "failed", job, window, failure });
    }
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

/** Rejects when the signal is aborted. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
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
