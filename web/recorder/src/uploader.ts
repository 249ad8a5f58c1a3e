import { encode, type Chunk } from "./chunk";

/** What the uploader needs of the world; tests hand in their own. */
export interface Transport {
  /** Sends a body; rejects where there is no answer. */
  send(body: Uint8Array<ArrayBuffer>, keepalive: boolean): Promise<Answer>;
  gzip(text: string): Promise<Uint8Array<ArrayBuffer>>;
  gzipNow(text: string): Uint8Array<ArrayBuffer>;
  now(): number;
  random(): number;
  /** Runs the action after the time given, and returns how to call that off. */
  after(ms: number, action: () => void): () => void;
}

export interface Answer {
  readonly status: number;
  /** Milliseconds the server asked to wait. */
  readonly retryAfterMs: number | null;
}

/** Where chunks are kept until they are acknowledged. */
export interface Store {
  put(chunk: Chunk): void;
  delete(chunk: Chunk): void;
}

export interface UploaderEvents {
  /** A chunk has left the queue, acknowledged or not. */
  left(): void;
  /** The server refuses this chunk for what it is; the recording has a gap now. */
  dropped(): void;
  /** The server wants nothing more of this session (401, 403, 410, 422). */
  refused(status: number): void;
}

const BACKOFF_MS_MIN = 1_000;
const BACKOFF_MS_MAX = 60_000;
const RETRY_AFTER_MS_MAX = 3_600_000;

/** Another page's chunk that fails so often is left to the next one: each of this page's that arrives has it tried anew. */
const LEFTOVER_FAILURES_MAX = 5;

/** More than this takes too long to compress while the page is going away, and would hardly fit the budget. */
const UNLOAD_CHARS_MAX = 1_048_576;

/**
 * Sends this window's chunks one after the other, in order, until each is acknowledged. Without an answer, or with one
 * that says "later", it tries again after a time that doubles up to a minute, with jitter, or after what the server
 * says. Chunks that earlier pages left go when nothing else waits. Those of a session that may turn out to be too short
 * are held until it is not.
 */
export class Uploader {
  private readonly queue: Chunk[] = [];
  private readonly leftovers: Chunk[] = [];
  private readonly parting = new Set<Chunk>();
  private inFlight: Chunk | null = null;
  private queuedChars = 0;
  private failures = 0;
  private leftoverFailures = 0;
  private callOff: (() => void) | null = null;
  private stopped = false;
  private holding = false;
  private partingBytes = 0;

  constructor(
    private readonly transport: Transport,
    private readonly store: Store,
    private readonly unloadBytesMax: number,
    private readonly events: UploaderEvents,
  ) {}

  /** Characters in the queue, of which memory holds one or two bytes each. */
  get chars(): number {
    return this.queuedChars;
  }

  /** Nothing waits to be sent, of this page or of others before. */
  get isEmpty(): boolean {
    return this.queue.length === 0 && this.leftovers.length === 0;
  }

  add(chunk: Chunk): void {
    if (this.stopped) {
      return;
    }
    this.queue.push(chunk);
    this.queuedChars += chunk.events.length;
    this.store.put(chunk);
    this.pump();
  }

  addLeftovers(chunks: readonly Chunk[]): void {
    this.leftovers.push(...chunks);
    this.pump();
  }

  /** Chunks that say so are not sent from now on, nor are they when the page goes away: the next one finds them. */
  hold(): void {
    this.holding = true;
  }

  /** The session has become long enough: what was held is sent. */
  release(): void {
    this.holding = false;
    this.pump();
  }

  /** The session has ended before it was long enough: what was held is deleted. */
  discardHeld(): void {
    [...this.queue, ...this.leftovers].filter((chunk) => chunk.held).forEach((chunk) => this.discard(chunk));
  }

  /** The network is said to be back: no use to wait on. */
  retryNow(): void {
    if (this.callOff) {
      this.callOff();
      this.callOff = null;
      this.pump();
    }
  }

  /**
   * The page is, or may be, going away: what waits is sent at once, within what browsers let a leaving page send, and
   * without waiting for an answer. The rest is in the store for the next page. A chunk under way is sent again: the
   * browser breaks off its upload, and the server stores it once.
   */
  flushForUnload(leaving: boolean): void {
    if (this.stopped) {
      return;
    }
    let charsLeft = UNLOAD_CHARS_MAX;
    for (const chunk of this.queue) {
      const isUnderWay = this.parting.has(chunk) || (chunk === this.inFlight && !leaving);
      if (isUnderWay || this.isHeld(chunk) || chunk.events.length > charsLeft) {
        continue;
      }
      charsLeft -= chunk.events.length;
      const body = this.transport.gzipNow(encode(chunk, this.transport.now()));
      if (this.partingBytes + body.length <= this.unloadBytesMax) {
        void this.part(chunk, body);
      }
    }
  }

  /** Nothing more is sent or retried; what is kept in the store stays there. */
  stop(): void {
    this.stopped = true;
    this.callOff?.();
    this.callOff = null;
    this.queue.length = 0;
    this.leftovers.length = 0;
    this.queuedChars = 0;
  }

  private async part(chunk: Chunk, body: Uint8Array<ArrayBuffer>): Promise<void> {
    this.parting.add(chunk);
    this.partingBytes += body.length;
    try {
      const answer = await this.transport.send(body, true);
      this.partingBytes -= body.length;
      this.parting.delete(chunk);
      if (this.isLater(answer)) {
        this.wait(answer.retryAfterMs);
      } else {
        this.settle(chunk, answer.status);
      }
    } catch {
      this.partingBytes -= body.length;
      this.parting.delete(chunk);
    }
    this.pump();
  }

  private pump(): void {
    const chunk =
      this.queue.find((waiting) => !this.parting.has(waiting) && !this.isHeld(waiting)) ??
      this.leftovers.find((waiting) => !this.isHeld(waiting));
    if (!this.stopped && !this.inFlight && !this.callOff && chunk) {
      this.inFlight = chunk;
      void this.upload(chunk).finally(() => {
        this.inFlight = null;
        this.pump();
      });
    }
  }

  private isHeld(chunk: Chunk): boolean {
    return this.holding && chunk.held === true;
  }

  private async upload(chunk: Chunk): Promise<void> {
    try {
      const body = await this.transport.gzip(encode(chunk, this.transport.now()));
      if (this.stopped) {
        return;
      }
      const answer = await this.transport.send(body, false);
      if (this.isLater(answer)) {
        this.fail(chunk, answer.retryAfterMs);
      } else {
        this.failures = 0;
        this.settle(chunk, answer.status);
      }
    } catch {
      this.fail(chunk, null);
    }
  }

  private fail(chunk: Chunk, retryAfterMs: number | null): void {
    if (this.leftovers.includes(chunk) && ++this.leftoverFailures >= LEFTOVER_FAILURES_MAX) {
      this.remove(chunk);
    }
    this.wait(retryAfterMs);
  }

  private isLater(answer: Answer): boolean {
    return answer.status === 429 || answer.status === 408 || answer.status >= 500;
  }

  private settle(chunk: Chunk, status: number): void {
    if (this.stopped) {
      return;
    }
    const own = this.remove(chunk);
    this.store.delete(chunk);
    if (status < 300) {
      this.events.left();
    } else if (status === 401 || status === 403 || status === 410 || status === 422) {
      this.refuse(chunk, own, status);
    } else if (own) {
      this.events.dropped();
    }
  }

  /** A refusal of a chunk that another page left speaks of that page's session, unless it speaks of the key. */
  private refuse(chunk: Chunk, own: boolean, status: number): void {
    if (!own && (status === 410 || status === 422)) {
      this.leftovers
        .filter((other) => other.session === chunk.session)
        .forEach((other) => this.discard(other));
      return;
    }
    [...this.queue].forEach((other) => this.discard(other));
    this.stop();
    this.events.refused(status);
  }

  private discard(chunk: Chunk): void {
    this.remove(chunk);
    this.store.delete(chunk);
  }

  /** Whether the chunk was of this page. */
  private remove(chunk: Chunk): boolean {
    const at = this.queue.indexOf(chunk);
    if (at >= 0) {
      this.queue.splice(at, 1);
      this.queuedChars -= chunk.events.length;
      return true;
    }
    const left = this.leftovers.indexOf(chunk);
    if (left >= 0) {
      this.leftovers.splice(left, 1);
      this.leftoverFailures = 0;
    }
    return false;
  }

  private wait(retryAfterMs: number | null): void {
    if (this.stopped || this.callOff) {
      return;
    }
    const backoffMs = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** this.failures++);
    const askedMs = Math.min(RETRY_AFTER_MS_MAX, retryAfterMs ?? 0);
    const delayMs = Math.max(askedMs, backoffMs / 2) + (this.transport.random() * backoffMs) / 2;
    this.callOff = this.transport.after(delayMs, () => {
      this.callOff = null;
      this.pump();
    });
  }
}
