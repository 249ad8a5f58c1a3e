import type { LiveChange } from "../api/types";

/** How it stands with following a session that is being recorded. */
export type LiveStatus =
  /** It is not followed: it was complete from the start, or the page is hidden. */
  | "off"
  | "following"
  /** The stream broke; it is opened again by itself. */
  | "reconnecting"
  /** The server can't look for more at the moment. */
  | "away"
  /** The recording is complete. */
  | "settled"
  /** Erased or expired. */
  | "gone";

/** The part of an `EventSource` that is used. */
export interface Stream {
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export interface LiveFeedHost {
  /** Opens the stream of what comes after this rev. */
  open(since: number): Stream;
  /** Fetches the manifest anew: its rev, or what it means for the feed that there is no use in following. */
  refresh(): Promise<{ rev: number } | "settled" | "gone">;
  onChange(change: LiveChange): void;
  onStatus(status: LiveStatus): void;
}

const FIRST_WAIT_MS = 1_000;
const WAIT_MS_MAX = 30_000;
/** The server shows every 10 s that the stream lives. */
const SILENCE_MS_MAX = 35_000;
/** A stream that lasted so long was a good one: the next break begins with short waits again. */
const GOOD_AFTER_MS = 10_000;

/**
 * Follows one session for as long as it is recorded. A stream that breaks or falls silent is opened again after a wait
 * that doubles each time; the manifest is fetched first, as a stream that is refused does not tell a browser why.
 */
export class LiveFeed {
  private stream: Stream | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private openedAt = 0;
  private failures = 0;
  /** Answers to what was asked before the last `stop` are ignored. */
  private round = 0;

  constructor(
    private readonly host: LiveFeedHost,
    private readonly random: () => number = Math.random,
  ) {}

  /** Follows from this rev on. */
  start(rev: number): void {
    this.stop();
    this.open(rev);
  }

  /** Goes on after a `stop`, with whatever came meanwhile. */
  resume(): void {
    this.stop();
    void this.reconnect();
  }

  stop(): void {
    this.round++;
    clearTimeout(this.timer);
    this.stream?.close();
    this.stream = null;
  }

  private open(rev: number): void {
    const stream = this.host.open(rev);
    this.stream = stream;
    this.openedAt = Date.now();
    this.expectMore();
    const on = (type: string, listener: (data: string) => void) =>
      stream.addEventListener(type, (event) => {
        if (this.stream !== stream) return;
        this.expectMore();
        listener(event.data);
      });
    on("open", () => this.host.onStatus("following"));
    on("beat", () => undefined);
    on("change", (data) => this.host.onChange(JSON.parse(data) as LiveChange));
    on("away", () => this.host.onStatus("away"));
    on("back", () => this.host.onStatus("following"));
    on("end", (data) => this.end((JSON.parse(data) as { reason: string }).reason));
    stream.addEventListener("error", () => {
      if (this.stream === stream) this.broken();
    });
  }

  private expectMore(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.broken(), SILENCE_MS_MAX);
  }

  private broken(): void {
    if (Date.now() - this.openedAt >= GOOD_AFTER_MS) this.failures = 0;
    this.stop();
    this.host.onStatus("reconnecting");
    const waitMs = Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** this.failures++);
    this.timer = setTimeout(() => void this.reconnect(), waitMs * (0.5 + this.random() / 2));
  }

  private async reconnect(): Promise<void> {
    const round = this.round;
    const found = await this.host.refresh().catch(() => null);
    if (round !== this.round) return;
    if (found === null) this.broken();
    else if (typeof found === "string") this.end(found);
    else this.open(found.rev);
  }

  private end(reason: string): void {
    this.stop();
    if (reason === "settled" || reason === "gone") this.host.onStatus(reason);
    // Whose login has ended learns it from the manifest.
    else void this.reconnect();
  }
}
