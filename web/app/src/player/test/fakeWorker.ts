import type { PlacedEvent } from "../events";
import type { FromWorker, ToWorker } from "../protocol";

type Load = Extract<ToWorker, { type: "load" }>;

/** A worker that a test speaks through. */
export class FakeWorker {
  static made: FakeWorker[] = [];

  onmessage: ((event: MessageEvent<FromWorker>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly asked: ToWorker[] = [];
  terminated = false;

  constructor() {
    FakeWorker.made.push(this);
  }

  static get last(): FakeWorker {
    return FakeWorker.made.at(-1)!;
  }

  /** The job that it was given last. */
  get load(): Load {
    return this.asked.filter((message): message is Load => message.type === "load").at(-1)!;
  }

  postMessage(message: ToWorker): void {
    this.asked.push(message);
  }

  terminate(): void {
    this.terminated = true;
  }

  say(message: FromWorker): void {
    this.onmessage?.({ data: message } as MessageEvent<FromWorker>);
  }

  /** Hands a whole frame over. */
  giveFrame(frame: string, events: PlacedEvent[]): void {
    const { job, window } = this.load;
    const lastAt = events.at(-1)!.timestamp;
    this.say({ type: "events", job, window, frame, events, lines: events.length, unusable: 0, lastAt });
    this.say({ type: "frameEnd", job, window, frame, missing: 0, surplus: 0 });
  }

  done(): void {
    const { job, window } = this.load;
    this.say({ type: "done", job, window });
  }

  /** The script could not be fetched, or has thrown. */
  break(): void {
    this.onerror?.({ preventDefault: () => undefined } as ErrorEvent);
  }
}
