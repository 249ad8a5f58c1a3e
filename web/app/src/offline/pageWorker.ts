import { FrameJobs } from "../player/frameJobs";
import type { ReadOptions } from "../player/frameReader";
import type { FrameWorker, FromWorker, ToWorker } from "../player/protocol";

/** Reads frames on the page's own thread, in portions: a page from a file may start no worker. */
export class PageWorker implements FrameWorker {
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  private isEnded = false;
  private readonly posted: FromWorker[] = [];
  private readonly jobs: FrameJobs;

  constructor(fetch: ReadOptions["fetch"]) {
    this.jobs = new FrameJobs((message) => this.post(message), fetch);
  }

  postMessage(message: ToWorker): void {
    this.jobs.receive(message);
  }

  terminate(): void {
    this.isEnded = true;
    this.jobs.receive({ type: "cancel" });
  }

  /** Later, so that the page gets to draw in between; in their order, which timers of their own need not keep. */
  private post(message: FromWorker): void {
    this.posted.push(message);
    setTimeout(() => {
      const data = this.posted.shift()!;
      if (!this.isEnded) this.onmessage?.(new MessageEvent("message", { data }));
    });
  }
}
