import type { FrameWorker, FromWorker, LoadFailure, RequestedFrame, ToWorker } from "./protocol";

export interface FrameLoaderListener {
  onEvents(portion: Extract<FromWorker, { type: "events" }>): void;
  onFrameEnd(end: Extract<FromWorker, { type: "frameEnd" }>): void;
  onFailed(window: string, failure: LoadFailure): void;
  onDone(): void;
}

/** The page's end of the worker: one job at a time; what still comes of an earlier job is ignored. */
export class FrameLoader {
  /** Null once it broke: its script could not be fetched, say. It would never answer again; the next load makes another. */
  private worker: FrameWorker | null;
  private job = 0;
  private loading: { window: string; frames: Set<string> } | null = null;

  constructor(
    private readonly eventsUrl: string,
    private readonly makeWorker: () => FrameWorker,
    private readonly listener: FrameLoaderListener,
  ) {
    this.worker = this.newWorker();
  }

  get busy(): boolean {
    return this.loading !== null;
  }

  isLoading(window: string, frame: string): boolean {
    return this.loading?.window === window && this.loading.frames.has(frame);
  }

  load(window: string, rev: number, frames: RequestedFrame[]): void {
    this.job++;
    this.loading = { window, frames: new Set(frames.map((frame) => frame.id)) };
    this.worker ??= this.newWorker();
    this.post({ type: "load", job: this.job, window, eventsUrl: this.eventsUrl, rev, frames });
  }

  cancel(): void {
    this.job++;
    this.loading = null;
    this.post({ type: "cancel" });
  }

  destroy(): void {
    this.worker?.terminate();
  }

  private newWorker(): FrameWorker {
    const worker = this.makeWorker();
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.worker = null;
      const window = this.loading?.window;
      this.loading = null;
      if (window !== undefined) this.listener.onFailed(window, { kind: "unavailable", status: 0 });
    };
    return worker;
  }

  private receive(message: FromWorker): void {
    if (message.job !== this.job) return;
    switch (message.type) {
      case "events":
        this.listener.onEvents(message);
        this.post({ type: "credit", job: message.job });
        return;
      case "frameEnd":
        this.loading?.frames.delete(message.frame);
        this.listener.onFrameEnd(message);
        return;
      case "failed":
        this.loading = null;
        this.listener.onFailed(message.window, message.failure);
        return;
      case "done":
        this.loading = null;
        this.listener.onDone();
        return;
    }
  }

  private post(message: ToWorker): void {
    this.worker?.postMessage(message);
  }
}
