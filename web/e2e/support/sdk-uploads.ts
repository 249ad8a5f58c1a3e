import type { BrowserContext } from "playwright-core";
import { gunzipSync, inflateSync } from "node:zlib";

/** An rrweb event, as far as it is looked at here. */
interface RecordedEvent {
  readonly type: number;
  readonly timestamp: number;
  readonly data: Record<string, unknown> | string;
  readonly cv?: string;
}

/** A request with recorded events, as the SDK made it. */
interface Attempt {
  readonly events: readonly string[];
  /** The answer's status; 0 if there was none; null until it is known. */
  status: number | null;
}

/** How an SDK's requests with recordings are known, and what is in their bodies. */
export interface UploadFormat {
  /** Found in their address. */
  readonly path: string;
  decode(body: Buffer): RecordedEvent[];
}

export const POSTHOG_UPLOADS: UploadFormat = {
  path: "/s/",
  decode(body) {
    const items = JSON.parse(unpacked(body).toString()) as {
      event: string;
      properties: { $snapshot_data: RecordedEvent[] };
    }[];
    return items
      .filter(({ event }) => event === "$snapshot")
      .flatMap(({ properties }) => properties.$snapshot_data)
      .map(unpackedByPosthog);
  },
};

export const MIXPANEL_UPLOADS: UploadFormat = {
  path: "/record/",
  decode: (body) => JSON.parse(unpacked(body).toString()) as RecordedEvent[],
};

export const SENTRY_UPLOADS: UploadFormat = {
  path: "/envelope/",
  decode(body) {
    const header = body.indexOf('{"type":"replay_recording"');
    if (header < 0) return [];
    const { length } = JSON.parse(line(body, header).toString()) as { length: number };
    const payload = body.subarray(header + line(body, header).length + 1).subarray(0, length);
    const recording = unpacked(payload.subarray(line(payload, 0).length + 1));
    return (JSON.parse(recording.toString()) as RecordedEvent[]).map((event) =>
      // Some of its times are in seconds.
      event.timestamp < 9_999_999_999 ? { ...event, timestamp: Math.round(event.timestamp * 1_000) } : event,
    );
  },
};

/**
 * What an SDK hands over for sending, and what became of it: seen at `fetch`, which SDKs take for the browser's own. Only
 * what is sent while the page lives is seen.
 */
export class Uploads {
  private readonly attempts: Attempt[] = [];

  private constructor() {}

  static async watch(context: BrowserContext, format: UploadFormat): Promise<Uploads> {
    const uploads = new Uploads();
    const numbered = new Map<string, Attempt>();
    await context.exposeBinding("noteUpload", (_, number: string, body: string) => {
      const events = format.decode(Buffer.from(body, "base64")).map(nameOf);
      if (events.length > 0) {
        const attempt: Attempt = { events, status: null };
        numbered.set(number, attempt);
        uploads.attempts.push(attempt);
      }
    });
    await context.exposeBinding("noteAnswer", (_, number: string, status: number) => {
      const attempt = numbered.get(number);
      if (attempt) attempt.status = status;
    });
    await context.addInitScript(HOOK.replace("PATH", JSON.stringify(format.path)));
    return uploads;
  }

  /** The statuses of the requests so far, in the order in which they were made. */
  statuses(): (number | null)[] {
    return this.attempts.map(({ status }) => status);
  }

  /** Every event that was handed over, and the statuses of the requests that it was in. */
  private tries(): Map<string, (number | null)[]> {
    const tries = new Map<string, (number | null)[]>();
    for (const { events, status } of this.attempts) {
      for (const event of new Set(events)) tries.set(event, [...(tries.get(event) ?? []), status]);
    }
    return tries;
  }

  /** The events that the server has acknowledged, each as often as the request had it that had it most often. */
  delivered(): string[] {
    const most = new Map<string, number>();
    for (const { events } of this.attempts.filter(({ status }) => status === 200)) {
      const here = new Map<string, number>();
      for (const event of events) {
        here.set(event, (here.get(event) ?? 0) + 1);
        most.set(event, Math.max(most.get(event) ?? 0, here.get(event)!));
      }
    }
    return [...most].flatMap(([event, count]) => Array<string>(count).fill(event)).sort();
  }

  /** For each event that has not been acknowledged, the statuses of the requests that it was in. */
  undelivered(): (number | null)[][] {
    return [...this.tries().values()].filter((statuses) => !statuses.includes(200));
  }

  /** How many events have been acknowledged that were in a request before that was not. */
  deliveredAfterFailures(): number {
    return [...this.tries().values()].filter((statuses) => statuses.indexOf(200) > 0).length;
  }
}

/** A stored line, named as an event that was handed over is. */
export function nameOfLine(stored: string): string {
  return nameOf(JSON.parse(stored) as RecordedEvent);
}

/** Whether a stored line was recorded by an SDK, and not made of what it said beside the recording. */
export function isRecorded(stored: string): boolean {
  const { type, data } = JSON.parse(stored) as { type: number; data: { tag?: string } };
  return type !== CUSTOM || !data.tag?.startsWith("tapedeck.");
}

const CUSTOM = 5;
const PLUGIN = 6;

/** The event's text, in one order of members. Of what the gateway may mask, the addresses of requests, only what it is. */
function nameOf({ type, timestamp, data }: RecordedEvent): string {
  const said =
    typeof data === "object" && (type === CUSTOM || type === PLUGIN)
      ? (data.tag ?? data.plugin)
      : sorted(data);
  return JSON.stringify([timestamp, type, said]);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

function unpacked(bytes: Buffer): Buffer {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes);
  return bytes[0] === 0x78 ? inflateSync(bytes) : bytes;
}

/** The line that begins at an index, without its end. */
function line(bytes: Buffer, from: number): Buffer {
  return bytes.subarray(from, bytes.indexOf("\n", from));
}

/** PostHog packs events, or their large members, into strings with a character a byte. */
function unpackedByPosthog(event: RecordedEvent): RecordedEvent {
  if (event.cv === undefined) return event;
  const unpack = (packed: unknown): unknown =>
    typeof packed === "string" ? JSON.parse(gunzipSync(Buffer.from(packed, "latin1")).toString()) : packed;
  const data =
    typeof event.data === "string"
      ? unpack(event.data)
      : {
          ...event.data,
          ...Object.fromEntries(
            ["adds", "removes", "texts", "attributes"]
              .filter((name) => name in (event.data as object))
              .map((name) => [name, unpack((event.data as Record<string, unknown>)[name])]),
          ),
        };
  return { ...event, data: data as Record<string, unknown> };
}

/** In the page, before any of its scripts. It looks like the browser's own `fetch`, because Sentry's SDK uses no other. */
const HOOK = `(() => {
  const own = window.fetch.bind(window);
  const read = (body) =>
    new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
      reader.readAsDataURL(new Blob([body]));
    });
  function fetch(resource, options) {
    const answer = own(resource, options);
    if (options?.method === "POST" && String(resource?.url ?? resource).includes(PATH)) {
      const number = crypto.randomUUID();
      const noted = read(options.body).then((body) => window.noteUpload(number, body));
      answer.then(
        ({ status }) => noted.then(() => window.noteAnswer(number, status)),
        () => noted.then(() => window.noteAnswer(number, 0)),
      );
    }
    return answer;
  }
  fetch.toString = () => "function fetch() { [native code] }";
  window.fetch = fetch;
})()`;
