import type { eventWithTime } from "@rrweb/types";
import { record } from "rrweb";
import { captureConsole } from "./capture/console";
import { captureErrors } from "./capture/errors";
import { captureNavigation } from "./capture/navigation";
import { captureNetwork } from "./capture/network";
import { listen, type Stop } from "./capture/patch";
import { EventBuffer, type User } from "./chunk";
import { Masking } from "./masking";
import type { Outbox } from "./outbox";
import { PAGE_SETTLES_MS, PageGate } from "./pages";
import type { SessionClock } from "./session";
import type { RemoteConfig, Snippet } from "./settings";
import type { Uploader } from "./uploader";
import type { WindowId } from "./window-id";

/** A chunk is cut at this size; a full snapshot may make it larger. */
const CHUNK_CHARS_MAX = 524_288;
const CHUNK_EVENTS_MAX = 10_000;

/** What one page may hold that is not acknowledged. Room for a very large full snapshot and more. */
const HELD_CHARS_MAX = 33_554_432;

/** A new full snapshot is taken when what was recorded since the last one is this much, and so many times its size. */
const SNAPSHOT_AFTER_CHARS = 4_194_304;
const SNAPSHOT_AFTER_RATIO = 4;

/** Full snapshots cost the page time: those taken to close a gap come ever further apart. */
const REPAIR_MS_MIN = 15_000;
const REPAIR_MS_MAX = 900_000;

/** What a person does counts as activity for the events that follow within this time. */
const ACTIVITY_MS = 1_500;
const ACTIVITY = ["pointerdown", "pointermove", "keydown", "wheel", "touchmove"];

const MUTATION = 0;

export interface Parts {
  readonly snippet: Snippet;
  readonly config: RemoteConfig;
  readonly session: SessionClock;
  readonly window: WindowId;
  readonly uploader: Uploader;
  readonly outbox: Outbox;
}

/**
 * The recording of this page, from `begin` to `end`: takes events from rrweb and from the captures beside it, masks
 * them, cuts them into chunks and hands those to the uploader. Runs on the page's own thread; nothing it does throws
 * into the page. Once ended it does not begin again.
 */
export class Recorder {
  private readonly buffer = new EventBuffer();
  private readonly masking: Masking;
  private stops: Stop[] = [];
  private flushTimer: ReturnType<typeof setTimeout> | undefined;
  private user: User | undefined;
  private userIsNews = false;
  private activeAt = Date.now();
  private chunkSession: string;
  private snapshotChars = 0;
  private charsSinceSnapshot = 0;
  private snapshotPending = false;
  private droppedEvents = 0;
  private repairTimer: ReturnType<typeof setTimeout> | undefined;
  private repairMs = 0;
  private running = false;
  private holding = false;
  private readonly gate: PageGate;
  /** Until it fires, what the page shows may still be of the page before, which is not recorded. */
  private entering: ReturnType<typeof setTimeout> | undefined;
  private visibility = document.visibilityState;
  /** The page has gone away: another one may count this window's chunks now. */
  private away = false;

  constructor(private readonly parts: Parts) {
    this.masking = new Masking(parts.config.masking, record.mirror);
    this.chunkSession = parts.session.current.id;
    this.gate = new PageGate(parts.config.pages, () => location.href);
  }

  get isRunning(): boolean {
    return this.running;
  }

  get hasSentAll(): boolean {
    return this.parts.uploader.isEmpty;
  }

  begin(): void {
    this.running = true;
    this.holdIfShort();
    const { config } = this.parts;
    const custom = (tag: string) => (payload: object) => this.custom(tag, payload);
    this.stops = [
      ...ACTIVITY.map((type) => listen(window, type, this.noteActivity, { capture: true, passive: true })),
      captureNavigation(custom("tapedeck.navigation")),
      ...(config.errors ? [captureErrors(custom("tapedeck.error"))] : []),
      ...(config.console ? [captureConsole((message) => this.plugin("rrweb/console@1", message))] : []),
      ...(config.network
        ? [captureNetwork((request) => this.plugin("rrweb/network@1", { requests: [request] }))]
        : []),
      listen(document, "visibilitychange", () => this.onVisibility()),
      listen(window, "pagehide", () => this.onPageHide()),
      listen(window, "pageshow", (event) => this.onPageShow(event as PageTransitionEvent)),
      listen(window, "online", () => this.parts.uploader.retryNow()),
    ];
    const stopRecord = record({
      ...this.masking.options,
      emit: (event) => this.accept(event),
      slimDOMOptions: true,
      inlineStylesheet: true,
      recordAfter: "DOMContentLoaded",
      sampling: { mousemove: 50, scroll: 150, media: 800 },
      errorHandler: isOurs,
    });
    if (stopRecord) {
      this.stops.push(stopRecord);
    }
  }

  /** Sends what is left, as the last of the session where the page says so, and gives the page its functions back. */
  end(final: boolean): void {
    if (this.running) {
      this.letGo();
      this.cut(final);
      this.discardIfShort();
      this.parts.window.release();
    }
  }

  /** Ends, and forgets what is not sent yet. */
  discard(): void {
    this.letGo();
    this.buffer.take();
    this.parts.uploader.stop();
    this.parts.outbox.clear();
  }

  identify(user: User): void {
    this.user = user;
    this.userIsNews = true;
    if (this.running) {
      this.flushLater();
    }
  }

  custom(tag: string, payload: unknown): void {
    this.accept({ type: 5, data: { tag, payload }, timestamp: Date.now() } as eventWithTime);
  }

  /** The server would not have a chunk: what follows hangs in the air until the next full snapshot. */
  repair(): void {
    if (!this.running || this.repairTimer !== undefined) {
      return;
    }
    this.repairTimer = setTimeout(() => {
      this.repairTimer = undefined;
      this.snapshot();
    }, this.repairMs);
    this.repairMs = Math.min(REPAIR_MS_MAX, Math.max(REPAIR_MS_MIN, this.repairMs * 2));
  }

  /** There may be room again. */
  onChunkLeft(): void {
    if (this.droppedEvents > 0 && this.held() < HELD_CHARS_MAX / 2) {
      const events = this.droppedEvents;
      this.droppedEvents = 0;
      this.custom("tapedeck.dropped", { events });
      this.snapshot();
    }
  }

  private letGo(): void {
    this.running = false;
    this.stops.forEach((stop) => attempt(stop));
    this.stops = [];
    clearTimeout(this.flushTimer);
    clearTimeout(this.repairTimer);
    clearTimeout(this.entering);
  }

  private plugin(plugin: string, payload: unknown): void {
    this.accept({ type: 6, data: { plugin, payload }, timestamp: Date.now() } as eventWithTime);
  }

  private readonly noteActivity = (event: Event): void => {
    if (event.isTrusted) {
      this.activeAt = Date.now();
    }
  };

  private accept(event: eventWithTime): void {
    try {
      if (this.running && !this.away && this.isOnPage() && this.belongs(event)) {
        this.keep(event);
      }
    } catch {
      // An event lost is a lesser evil than a page disturbed.
    }
  }

  /** Whether this page is recorded; one that is, after one that is not, has to be shown anew first. */
  private isOnPage(): boolean {
    const state = this.gate.look();
    if (state === "left") {
      clearTimeout(this.entering);
      this.entering = undefined;
      this.cut(false);
    } else if (state === "entered") {
      this.entering = setTimeout(() => {
        this.entering = undefined;
        this.snapshot();
      }, PAGE_SETTLES_MS);
    }
    return (state === "recorded" || state === "entered") && this.entering === undefined;
  }

  /** Whether the event is part of a session; begins the next session where it is the first of one. */
  private belongs(event: eventWithTime): boolean {
    const now = Date.now();
    const state = this.parts.session.observe(now, now - this.activeAt < ACTIVITY_MS);
    if (state === "same") {
      return true;
    }
    if (state === "over") {
      this.cut(false);
      return false;
    }
    this.cut(false);
    this.discardIfShort();
    if (!this.parts.session.current.sampled) {
      this.end(false);
      return false;
    }
    this.chunkSession = this.parts.session.current.id;
    this.holdIfShort();
    this.userIsNews = this.user !== undefined;
    this.snapshot();
    event.timestamp = Date.now();
    return !(event.type === 2 || event.type === 4 || (event.type === 3 && event.data.source === MUTATION));
  }

  private keep(event: eventWithTime): void {
    if (this.held() > HELD_CHARS_MAX) {
      this.drop();
      return;
    }
    if (this.droppedEvents > 0 && event.type === 3) {
      this.droppedEvents++;
      return;
    }
    this.releaseIfLong();
    this.masking.apply(event);
    const json = JSON.stringify(event);
    this.buffer.add(json);
    if (event.type === 2) {
      this.snapshotChars = json.length;
      this.charsSinceSnapshot = 0;
      this.flushSoon();
      return;
    }
    this.charsSinceSnapshot += json.length;
    this.snapshotIfFarBehind();
    if (this.buffer.chars > CHUNK_CHARS_MAX || this.buffer.count >= CHUNK_EVENTS_MAX) {
      this.cut(false);
    } else {
      this.flushLater();
    }
  }

  private holdIfShort(): void {
    this.holding = this.ageMs() < this.parts.config.minimumDurationMs;
    if (this.holding) {
      this.parts.uploader.hold();
    }
  }

  /** What counts is how long there was something to record, the page's going away included. */
  private releaseIfLong(): void {
    if (this.holding && this.ageMs() >= this.parts.config.minimumDurationMs) {
      this.holding = false;
      this.parts.uploader.release();
    }
  }

  private discardIfShort(): void {
    if (this.holding) {
      this.holding = false;
      this.parts.uploader.discardHeld();
    }
  }

  private ageMs(): number {
    return Date.now() - this.parts.session.current.startedAt;
  }

  private held(): number {
    return this.buffer.chars + this.parts.uploader.chars;
  }

  /** The chunk that would have held these events keeps its number, so that the gap shows. */
  private drop(): void {
    if (this.droppedEvents === 0) {
      this.cut(false);
      this.parts.window.seq(this.chunkSession);
    }
    this.droppedEvents++;
  }

  /** Seeking costs what lies between here and the last full snapshot. */
  private snapshotIfFarBehind(): void {
    const farChars = Math.max(SNAPSHOT_AFTER_CHARS, SNAPSHOT_AFTER_RATIO * this.snapshotChars);
    if (this.charsSinceSnapshot > farChars && !this.snapshotPending) {
      this.snapshotPending = true;
      const take = () => {
        this.snapshotPending = false;
        this.snapshot();
      };
      if (typeof requestIdleCallback === "function") {
        requestIdleCallback(take, { timeout: 5_000 });
      } else {
        setTimeout(take, 0);
      }
    }
  }

  private snapshot(): void {
    if (this.running) {
      attempt(() => record.takeFullSnapshot(true));
    }
  }

  /** A playable beginning is what a viewer waits for. */
  private flushSoon(): void {
    clearTimeout(this.flushTimer);
    this.flushTimer = setTimeout(() => this.cut(false), 0);
  }

  private flushLater(): void {
    this.flushTimer ??= setTimeout(() => this.cut(false), this.parts.config.flushMs);
  }

  private cut(final: boolean): void {
    clearTimeout(this.flushTimer);
    this.flushTimer = undefined;
    const user = this.userIsNews ? this.user : undefined;
    if (this.buffer.count === 0 && !final && !user) {
      return;
    }
    this.userIsNews = false;
    const { window, uploader, config, snippet } = this.parts;
    uploader.add({
      session: this.chunkSession,
      window: window.value,
      seq: window.seq(this.chunkSession),
      createdAt: Date.now(),
      events: this.buffer.take(),
      masking: { level: config.masking.level, version: config.masking.version },
      ...(snippet.release ? { release: snippet.release } : {}),
      ...(user ? { user } : {}),
      ...(final ? { final } : {}),
      ...(this.holding ? { held: true } : {}),
    });
  }

  private onVisibility(): void {
    this.noteVisibility(document.visibilityState);
    if (this.visibility === "hidden" && !this.away) {
      this.cut(false);
      this.parts.uploader.flushForUnload(false);
    }
  }

  /** Browsers fire this before a last `visibilitychange`, or after it: the page is hidden now either way. */
  private onPageHide(): void {
    this.noteVisibility("hidden");
    this.away = true;
    this.cut(false);
    this.parts.uploader.flushForUnload(true);
    this.parts.window.release();
  }

  /** The page was kept while others of this tab may have been recorded; what it shows has to be said again. */
  private onPageShow(event: PageTransitionEvent): void {
    if (event.persisted) {
      this.away = false;
      this.parts.window.reclaim();
      this.snapshot();
      this.noteVisibility(document.visibilityState);
    }
  }

  private noteVisibility(state: DocumentVisibilityState): void {
    if (state !== this.visibility && !this.away) {
      this.visibility = state;
      this.custom("tapedeck.visibility", { state });
    }
  }
}

/**
 * Whether rrweb may swallow this error of a wrapped function: the browser's own refusals (`insertRule` of a bad rule)
 * are for the page to see.
 */
function isOurs(error: unknown): boolean {
  return Object.prototype.toString.call(error) !== "[object DOMException]";
}

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // Never into the page.
  }
}
