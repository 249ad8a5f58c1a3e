import { captureNavigation } from "./capture/navigation";
import type { Stop } from "./capture/patch";
import { stringify } from "./capture/stringify";
import { Compressor, gzipNow } from "./compress";
import { findInvalidSelector } from "./masking";
import { deleteOutbox, Outbox } from "./outbox";
import { isRecordedPage, PAGE_SETTLES_MS } from "./pages";
import { Recorder } from "./recorder";
import { SessionClock } from "./session";
import { readConfig, type RemoteConfig, type Snippet } from "./settings";
import { sharedStorage, tabStorage } from "./storage";
import { Uploader, type Answer } from "./uploader";
import { WindowId } from "./window-id";
import type { User } from "./chunk";

const NAME_CHARS_MAX = 200;
const DATA_CHARS_MAX = 8_192;

/** Calls that wait for the recording to begin. */
const CALLS_MAX = 100;

const CONFIG_ATTEMPT_MS = [2_000, 10_000, 60_000];
const SEND_TIMEOUT_MS = 30_000;
/** Slower uplinks than this are as good as none. */
const SEND_BYTES_PER_MS_MIN = 10;

/** Another tab's chunk that waits this long was most likely left behind. */
const STRAY_MS = 120_000;

const CONSENT = "tapedeck.consent";

/** Captured before the page's requests are: what the recorder sends is no part of the recording. */
const nativeFetch = window.fetch?.bind(window);

/**
 * `window.tapedeck`: what a page can say to its recorder. No call throws, none needs the recording to have begun.
 */
export class Api {
  private readonly storage = sharedStorage();
  private config: RemoteConfig | null = null;
  private recorder: Recorder | null = null;
  /** Recordings of this page that may have something left to send, ended ones too. */
  private recorders: Recorder[] = [];
  private session: SessionClock | null = null;
  private user: User | undefined;
  private waiting: (() => void)[] = [];
  private wanted: boolean;
  /** The page has asked for it: whether the session was sampled does not matter. */
  private asked = false;
  private stopWaitingForPage: Stop | null = null;
  /** The server has said no for good. */
  private refused = false;

  constructor(private readonly snippet: Snippet) {
    this.wanted = !snippet.manual;
    // What the visitor says in one tab holds in all of them, and in pages that come back as they were left.
    window.addEventListener("storage", ({ key, newValue }) => {
      if (key === CONSENT && newValue === "denied") {
        this.withdraw();
      }
    });
    window.addEventListener("pageshow", ({ persisted }) => {
      if (persisted && this.hasDenied()) {
        this.withdraw();
      }
    });
  }

  /** Says who the visitor is, from now on in this session. */
  identify = (id: string, traits?: Record<string, unknown>): void => {
    if (typeof id !== "string" || id === "") {
      return;
    }
    const kept = traits === undefined ? undefined : boundedJson(traits);
    this.user = { id: id.slice(0, NAME_CHARS_MAX), ...(kept ? { traits: kept } : {}) };
    this.recorder?.identify(this.user);
  };

  /** Puts an event of the page's own on the timeline. Names that begin with `tapedeck.` are the recorder's. */
  track = (name: string, props: Record<string, unknown> = {}): void => {
    if (typeof name !== "string" || name === "" || name.startsWith("tapedeck.")) {
      return;
    }
    const kept = boundedJson(props) ?? {};
    this.whenRecording((recorder) => recorder.custom(name.slice(0, NAME_CHARS_MAX), kept));
  };

  /** Begins to record where that waits for the page (`data-start="manual"`), was stopped, or was not sampled. */
  start = (): void => {
    this.wanted = true;
    this.asked = true;
    this.session?.include();
    this.begin();
  };

  /** Ends the recording of this page: sends what is left and gives the page its functions back. */
  stop = (): void => {
    this.wanted = false;
    this.asked = false;
    this.recorder?.end(true);
    this.recorder = null;
  };

  /**
   * What the visitor has said about being recorded; remembered for the next pages. A no ends the recording at once,
   * and what was not sent yet is deleted.
   */
  consent = (granted: boolean): void => {
    this.storage.set(CONSENT, granted ? "granted" : "denied");
    if (granted) {
      this.begin();
    } else {
      this.withdraw();
      this.storage.remove(sessionName(this.snippet.key));
    }
  };

  /** The address of this session in the web app; null while nothing is recorded. */
  sessionUrl = (): string | null =>
    this.recorder?.isRunning && this.config && this.session
      ? this.config.appUrl + this.session.current.id
      : null;

  /** Makes calls that were queued before this script was there: `tapedeck.push(["identify", "u1"])`. */
  push = (...calls: unknown[][]): void => {
    for (const [name, ...args] of calls) {
      if (
        name === "identify" ||
        name === "track" ||
        name === "start" ||
        name === "stop" ||
        name === "consent"
      ) {
        Reflect.apply(this[name], this, args);
      }
    }
  };

  /** Asks the server whether and how to record. */
  async load(): Promise<void> {
    await shown();
    for (const attemptMs of [0, ...CONFIG_ATTEMPT_MS]) {
      await new Promise((resolve) => setTimeout(resolve, attemptMs));
      const answer = await this.fetchConfig();
      if (answer !== "later") {
        this.config = answer;
        this.begin();
        return;
      }
    }
  }

  private async fetchConfig(): Promise<RemoteConfig | null | "later"> {
    try {
      const url = `${this.snippet.base}/ingest/v1/config?key=${encodeURIComponent(this.snippet.key)}`;
      const response = await nativeFetch(url, { credentials: "omit" });
      if (response.status >= 500 || response.status === 429) {
        return "later";
      }
      return response.ok ? readConfig(await response.json()) : null;
    } catch {
      return "later";
    }
  }

  private begin(): void {
    try {
      if (this.config && this.mayRecord(this.config) && this.isOnRecordedPage(this.config)) {
        this.beginWith(this.config);
      }
    } catch {
      // Never into the page.
    }
  }

  private mayRecord(config: RemoteConfig): boolean {
    if (
      !config.recording ||
      this.recorder?.isRunning ||
      this.refused ||
      !this.wanted ||
      isRecordedByParent()
    ) {
      return false;
    }
    const consent = this.storage.get(CONSENT);
    if (consent === "denied" || (consent !== "granted" && (config.consentRequired || asksNotToBeTracked()))) {
      return false;
    }
    const invalid = findInvalidSelector(config.masking);
    if (invalid !== null) {
      console.warn(`tapedeck: not recording, this browser does not understand the selector ${invalid}`);
    }
    return invalid === null;
  }

  /** Where the page is none to be recorded, it may become one without another being loaded. */
  private isOnRecordedPage(config: RemoteConfig): boolean {
    if (isRecordedPage(config.pages, location.href)) {
      this.stopWaitingForPage?.();
      this.stopWaitingForPage = null;
      return true;
    }
    this.stopWaitingForPage ??= captureNavigation(() => setTimeout(() => this.begin(), PAGE_SETTLES_MS));
    return false;
  }

  private beginWith(config: RemoteConfig): void {
    const { key } = this.snippet;
    this.session = new SessionClock(this.storage, sessionName(key), config, Date.now());
    if (this.asked) {
      this.session.include();
    }
    const session = this.session.current;
    if (!session.sampled) {
      return;
    }
    const window = new WindowId(tabStorage(), `tapedeck.window.${key}`, session.id);
    const outbox = new Outbox(outboxName(key));
    const uploader = new Uploader(this.transport(), outbox, config.unloadBytesMax, {
      left: () => this.recorder?.onChunkLeft(),
      dropped: () => this.recorder?.repair(),
      refused: () => this.onRefused(),
    });
    void outbox.leftovers(Date.now(), window.value, STRAY_MS).then((chunks) => {
      const ended = chunks.filter((chunk) => chunk.held && chunk.session !== session.id);
      ended.forEach((chunk) => outbox.delete(chunk));
      uploader.addLeftovers(chunks.filter((chunk) => !ended.includes(chunk)));
    });
    this.recorder = new Recorder({
      snippet: this.snippet,
      config,
      session: this.session,
      window,
      uploader,
      outbox,
    });
    this.recorders = [...this.recorders.filter((recorder) => !recorder.hasSentAll), this.recorder];
    this.recorder.begin();
    if (this.user) {
      this.recorder.identify(this.user);
    }
    this.waiting.splice(0).forEach((call) => call());
  }

  /** Ends the recording and deletes what was not sent yet, also by recordings and pages before. */
  private withdraw(): void {
    this.recorders.splice(0).forEach((recorder) => recorder.discard());
    this.recorder = null;
    this.waiting = [];
    deleteOutbox(outboxName(this.snippet.key));
  }

  private hasDenied(): boolean {
    return this.storage.get(CONSENT) === "denied";
  }

  private onRefused(): void {
    this.refused = true;
    this.recorder?.end(false);
    this.recorder = null;
    this.session?.refuse();
  }

  private whenRecording(action: (recorder: Recorder) => void): void {
    if (this.recorder) {
      action(this.recorder);
    } else if (this.waiting.length < CALLS_MAX && !this.hasDenied()) {
      this.waiting.push(() => this.recorder && action(this.recorder));
    }
  }

  private transport() {
    const url = `${this.snippet.base}/ingest/v1/chunks?key=${encodeURIComponent(this.snippet.key)}`;
    const compressor = new Compressor(this.storage);
    return {
      send: (body: Uint8Array<ArrayBuffer>, keepalive: boolean) => send(url, body, keepalive),
      gzip: (text: string) => compressor.gzip(text),
      gzipNow,
      now: () => Date.now(),
      random: () => Math.random(),
      after: (ms: number, action: () => void) => {
        const timer = setTimeout(action, ms);
        return () => clearTimeout(timer);
      },
    };
  }
}

function sessionName(key: string): string {
  return `tapedeck.session.${key}`;
}

function outboxName(key: string): string {
  return `tapedeck.${key}`;
}

async function send(url: string, bytes: Uint8Array<ArrayBuffer>, keepalive: boolean): Promise<Answer> {
  const body = new Blob([bytes], { type: "text/plain" });
  if (keepalive && !("keepalive" in Request.prototype)) {
    navigator.sendBeacon(url, body);
    throw new Error("A beacon has no answer");
  }
  const response = await nativeFetch(url, {
    method: "POST",
    body,
    credentials: "omit",
    keepalive,
    ...(keepalive
      ? {}
      : {
          signal:
            AbortSignal.timeout?.(SEND_TIMEOUT_MS + Math.ceil(bytes.length / SEND_BYTES_PER_MS_MIN)) ?? null,
        }),
  });
  return { status: response.status, retryAfterMs: readRetryAfter(response.headers.get("Retry-After")) };
}

/** What a page hands over as it is now, as plain data; null where that is too much. */
function boundedJson(value: unknown): Record<string, unknown> | null {
  const json = stringify(value);
  return json.startsWith("{") && json.length <= DATA_CHARS_MAX
    ? (JSON.parse(json) as Record<string, unknown>)
    : null;
}

/** Seconds or a date; null where there is neither. */
function readRetryAfter(value: string | null): number | null {
  if (value === null) {
    return null;
  }
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/** Global Privacy Control or Do Not Track: only a consent given to this very site outweighs them. */
function asksNotToBeTracked(): boolean {
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & {
    globalPrivacyControl?: boolean;
    doNotTrack?: string | null;
  };
  return globalPrivacyControl === true || doNotTrack === "1";
}

/** A page that the browser makes ahead of a visit is to nobody's eyes, and may never be. */
function shown(): Promise<void> {
  return new Promise((resolve) => {
    if ((document as Document & { prerendering?: boolean }).prerendering) {
      document.addEventListener("prerenderingchange", () => resolve(), { once: true });
    } else {
      resolve();
    }
  });
}

/** A frame of the same site is part of the recording of the page around it. */
function isRecordedByParent(): boolean {
  try {
    for (let at: Window = window; at !== at.parent; at = at.parent) {
      if (at.parent.tapedeck && !Array.isArray(at.parent.tapedeck)) {
        return true;
      }
    }
  } catch {
    // A parent of another site: not ours to look into.
  }
  return false;
}
