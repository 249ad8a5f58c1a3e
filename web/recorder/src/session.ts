import type { KeyValue } from "./storage";

/** One visit of one person to one site, shared by all tabs of the site. */
export interface Session {
  readonly id: string;
  readonly startedAt: number;
  readonly lastActiveAt: number;
  /** Whether this session is recorded: decided once, when it begins. */
  readonly sampled: boolean;
}

export interface SessionRules {
  readonly sampleRate: number;
  readonly idleMs: number;
  readonly sessionMs: number;
}

/** What an event finds: its session goes on, has been replaced by a new one, or is over with nobody there. */
export type SessionState = "same" | "rotated" | "over";

/** How often other tabs' changes are looked for, and how exact the shared time of the last activity is. */
const SHARE_MS = 1_000;

/**
 * The session this page records into. A session ends after `idleMs` without a person's activity in any tab, or
 * `sessionMs` after it began; the next activity begins another. Until then what the page does by itself (timers,
 * polling) belongs to no session. Tabs learn of each other's rotation through the shared storage.
 */
export class SessionClock {
  private session: Session;
  private lookedAt: number;

  constructor(
    private readonly storage: KeyValue,
    private readonly name: string,
    private readonly rules: SessionRules,
    now: number,
    private readonly random: () => number = Math.random,
  ) {
    const shared = this.read();
    this.session = shared && !this.isOver(shared, now) ? { ...shared, lastActiveAt: now } : this.begin(now);
    this.write();
    this.lookedAt = now;
  }

  get current(): Session {
    return this.session;
  }

  /** To be called for every event, with whether a person has just done something in this page. */
  observe(now: number, active: boolean): SessionState {
    if (now - this.lookedAt < SHARE_MS && now >= this.lookedAt) {
      return "same";
    }
    this.lookedAt = now;
    const shared = this.read();
    if (shared && shared.id !== this.session.id && !this.isOver(shared, now)) {
      this.session = shared;
      return "rotated";
    }
    if (shared && shared.id === this.session.id) {
      this.session = shared;
    }
    if (this.isOver(this.session, now)) {
      if (!active) {
        this.lookedAt = now - SHARE_MS;
        return "over";
      }
      this.session = this.begin(now);
      this.write();
      return "rotated";
    }
    if (active) {
      this.session = { ...this.session, lastActiveAt: now };
      this.write();
    }
    return "same";
  }

  /** Records this session although it was not sampled: the page asked for it. */
  include(): void {
    this.session = { ...this.session, sampled: true };
    this.write();
  }

  /** Records no more of this session in any tab that has not begun to: the server will not have it. */
  refuse(): void {
    this.session = { ...this.session, sampled: false };
    this.write();
  }

  private begin(now: number): Session {
    return {
      id: randomId(16),
      startedAt: now,
      lastActiveAt: now,
      sampled: this.random() < this.rules.sampleRate,
    };
  }

  /** A clock that was set back far is as good as a new visit. */
  private isOver(session: Session, now: number): boolean {
    return (
      now - session.lastActiveAt > this.rules.idleMs ||
      now - session.startedAt >= this.rules.sessionMs ||
      session.startedAt - now > this.rules.idleMs
    );
  }

  private read(): Session | null {
    try {
      const value = JSON.parse(this.storage.get(this.name) ?? "null") as Partial<Session> | null;
      return value &&
        typeof value.id === "string" &&
        /^[A-Za-z0-9_-]{1,70}$/.test(value.id) &&
        typeof value.startedAt === "number" &&
        typeof value.lastActiveAt === "number" &&
        typeof value.sampled === "boolean"
        ? (value as Session)
        : null;
    } catch {
      return null;
    }
  }

  private write(): void {
    this.storage.set(this.name, JSON.stringify(this.session));
  }
}

/** Unguessable: a session's id is all that another site would need to write into it. */
export function randomId(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
