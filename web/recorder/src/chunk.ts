import type { MaskingRules } from "./settings";

/** Somebody the page has named. */
export interface User {
  readonly id: string;
  readonly traits?: Record<string, unknown>;
}

/** One upload from one window: the unit of acknowledgement. Its events are JSON already, joined by commas. */
export interface Chunk {
  readonly session: string;
  readonly window: string;
  readonly seq: number;
  readonly createdAt: number;
  readonly events: string;
  readonly masking: Pick<MaskingRules, "level" | "version">;
  readonly release?: string;
  readonly user?: User;
  readonly final?: true;
  /** Made while its session was too short to be sent. Stays here. */
  readonly held?: true;
}

/** Its name in the outbox. */
export function chunkId(chunk: Chunk): string {
  return `${chunk.session}.${chunk.window}.${chunk.seq}.${chunk.createdAt}`;
}

/** The body of the upload. The time of sending is that of this attempt: the server reads the clock's error from it. */
export function encode(chunk: Chunk, sentAt: number): string {
  const { events, createdAt: _, held: __, ...head } = chunk;
  return `${JSON.stringify({ ...head, sentAt }).slice(0, -1)},"events":[${events}]}`;
}

/** Events waiting to become a chunk. */
export class EventBuffer {
  private events: string[] = [];
  private charCount = 0;

  get chars(): number {
    return this.charCount;
  }

  get count(): number {
    return this.events.length;
  }

  add(json: string): void {
    this.events.push(json);
    this.charCount += json.length + 1;
  }

  take(): string {
    const joined = this.events.join();
    this.events = [];
    this.charCount = 0;
    return joined;
  }
}
