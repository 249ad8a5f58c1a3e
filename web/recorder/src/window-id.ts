import { randomId } from "./session";
import type { KeyValue } from "./storage";

/**
 * The identity of this browser tab within the session, and the count of its chunks, over page loads.
 *
 * A page takes the identity out of the tab's storage when it begins and puts it back when it goes away. A duplicated
 * tab copies the storage of a page that is still there, finds nothing, and so becomes a window of its own; the same
 * holds for a tab opened by a script. A page that dies without going away (a crash) leaves nothing either, and the
 * next one continues as a new window rather than count the same numbers twice.
 */
export class WindowId {
  private id: string;
  private session: string;
  private nextSeq: number;

  constructor(
    private readonly storage: KeyValue,
    private readonly name: string,
    session: string,
  ) {
    const kept = this.take();
    this.id = kept?.id ?? randomId(8);
    this.session = session;
    this.nextSeq = kept && kept.session === session ? kept.seq : 0;
  }

  get value(): string {
    return this.id;
  }

  /** The number of the next chunk; numbers start again with each session. */
  seq(session: string): number {
    if (session !== this.session) {
      this.session = session;
      this.nextSeq = 0;
    }
    return this.nextSeq++;
  }

  /** The page goes away: the next one in this tab may have the identity. */
  release(): void {
    this.storage.set(
      this.name,
      JSON.stringify({ id: this.id, session: this.session, seq: this.nextSeq } satisfies Kept),
    );
  }

  /** The page is back from the browser's back-forward cache; other pages of this tab may have counted on meanwhile. */
  reclaim(): void {
    const kept = this.take();
    if (kept) {
      this.id = kept.id;
      this.session = kept.session;
      this.nextSeq = kept.seq;
    } else {
      this.id = randomId(8);
      this.nextSeq = 0;
    }
  }

  private take(): Kept | null {
    try {
      const kept = JSON.parse(this.storage.get(this.name) ?? "null") as Partial<Kept> | null;
      this.storage.remove(this.name);
      return kept &&
        typeof kept.id === "string" &&
        /^[A-Za-z0-9_-]{1,70}$/.test(kept.id) &&
        typeof kept.session === "string" &&
        typeof kept.seq === "number"
        ? (kept as Kept)
        : null;
    } catch {
      return null;
    }
  }
}

interface Kept {
  readonly id: string;
  readonly session: string;
  readonly seq: number;
}
