import { TOKEN, WRITE_KEY } from "./server";

/** A session as the read API lists it, as far as the tests look at it. */
export interface ListedSession {
  readonly id: string;
  readonly startedAt: number;
  readonly phase: "live" | "settled";
  readonly events: number;
  readonly entryUrl: string | null;
  readonly pinned: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly user: { readonly id: string; readonly traits: unknown } | null;
  readonly sdk: string;
}

/** A manifest, likewise. */
export interface Manifest {
  readonly windows: readonly { id: string; lastAt: number; fullSnapshots: number[] }[];
  readonly gaps: readonly unknown[];
}

/** The server's own API, for what a test has to arrange or to know beside the browser. */
export class Api {
  constructor(private readonly server: string) {}

  async sessions(): Promise<ListedSession[]> {
    const { sessions } = (await this.get("projects/default/sessions?limit=200")) as {
      sessions: ListedSession[];
    };
    return sessions;
  }

  async session(id: string): Promise<ListedSession | undefined> {
    return (await this.sessions()).find((session) => session.id === id);
  }

  /** What of a session can be played. */
  async manifest(id: string): Promise<Manifest> {
    return (await this.get(`projects/default/sessions/${id}`)) as Manifest;
  }

  /** The names of the page's own events, in order. */
  async customEvents(id: string): Promise<string[]> {
    const { markers } = (await this.get(`projects/default/sessions/${id}/markers?kind=custom`)) as {
      markers: { title: string }[];
    };
    return markers.map(({ title }) => title);
  }

  /** The session's events, each as a line. */
  async events(id: string): Promise<string[]> {
    const text = await (await this.ask(`projects/default/sessions/${id}/events`)).text();
    return text.split("\n").filter((line) => line !== "");
  }

  /** Uploads events as a recorder would, whatever they are. */
  async upload(session: string, events: readonly unknown[], window = "w1"): Promise<void> {
    const response = await fetch(`${this.server}/ingest/v1/chunks?key=${WRITE_KEY}`, {
      method: "POST",
      headers: { "Content-Type": "text/plain" },
      body: JSON.stringify({
        session,
        window,
        seq: 0,
        sentAt: Date.now(),
        final: true,
        masking: { level: "balanced", version: 1 },
        events,
      }),
    });
    if (!response.ok) {
      throw new Error(`${response.status} for the upload of ${session}: ${await response.text()}`);
    }
  }

  /** Any address below `/api/v1/`. */
  async get(path: string): Promise<unknown> {
    return (await this.ask(path)).json();
  }

  /** Changes settings of the project. */
  async changeProject(settings: unknown): Promise<void> {
    await this.ask("projects/default", {
      method: "PATCH",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(settings),
    });
  }

  private async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(`${this.server}/api/v1/${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${TOKEN}`, ...init.headers },
    });
    if (!response.ok) {
      throw new Error(`${response.status} for ${path}: ${await response.text()}`);
    }
    return response;
  }
}
