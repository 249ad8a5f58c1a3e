import type { Manifest, ManifestGap, ManifestWindow, Marker } from "../api/types";
import { FrameLoader } from "./frameLoader";
import { PlayClock } from "./playClock";
import type { LoadFailure } from "./protocol";
import {
  type Span,
  type WindowSwitch,
  detectIdle,
  idleMarkersOf,
  mergeSpans,
  sessionIdle,
  skipTarget,
  windowAt,
  windowSwitches,
} from "./timeline";
import { WindowTrack } from "./windowTrack";

export type PlayerStatus =
  /** Events for this instant are on their way. */
  | "buffering"
  | "paused"
  | "playing"
  /** At the end of what a live session has sent so far; goes on by itself. */
  | "waiting"
  | "ended"
  /** Loading failed; `failure` says how. */
  | "failed";

/** What the views show. A new object after each change; times are ms since the session's start. */
export interface PlayerState {
  status: PlayerStatus;
  /** It plays, or will as soon as it can. */
  wantsPlay: boolean;
  positionMs: number;
  durationMs: number;
  speed: number;
  skipIdle: boolean;
  follow: boolean;
  windowId: string;
  windows: readonly ManifestWindow[];
  idle: readonly Span[];
  gaps: readonly Span[];
  loaded: readonly Span[];
  viewport: { width: number; height: number };
  live: boolean;
  /** The instant shown was lost: no snapshot exists for it. */
  noPicture: boolean;
  missingEvents: number;
  unusableEvents: number;
  surplusEvents: number;
  failure: LoadFailure | null;
  /** Counts skips over idle spans, so that a view can announce each. */
  skips: number;
}

export interface PlayerHost {
  /** Where the pictures go. */
  stage: HTMLElement;
  /** Address of the session's events. */
  eventsUrl: string;
  /** Called when frames are no longer part of the session; answers with `setManifest`. */
  refreshManifest(): void;
}

export const SPEEDS = [0.5, 1, 1.5, 2, 4, 8, 16] as const;

/** Pictures kept alive at once: each holds a document and its events. */
const OPEN_WINDOWS_MAX = 4;

const NOTIFY_EVERY_MS = 100;
const TOP_UP_EVERY_MS = 1_000;

/** A manifest that is stale time and again means that server and player disagree: stop asking. */
const STALE_IN_A_ROW_MAX = 6;

/**
 * Plays one session: keeps time, decides which window is shown and which frames are read, and says what is going on
 * through `state`. Knows nothing of how that is displayed. Lives on the page's thread; reading and parsing are the
 * worker's. `destroy` ends everything.
 *
 * Time: a position is in ms since `originAt`, the time of the session's first event in the first manifest seen. It
 * stays the same for the life of the player, whatever arrives later.
 */
export class SessionPlayer {
  readonly originAt: number;
  private manifest: Manifest;
  private readonly tracks = new Map<string, WindowTrack>();
  private readonly loader: FrameLoader;
  private readonly clock = new PlayClock();
  private readonly listeners = new Set<() => void>();
  private readonly opened: string[] = [];
  private markers: readonly Marker[] = [];
  private switches: WindowSwitch[] = [];
  private snapshot: PlayerState;
  private staleInARow = 0;
  private frameRequest = 0;
  private notifiedAt = 0;
  private toppedUpAt = 0;

  constructor(
    private readonly host: PlayerHost,
    manifest: Manifest,
    startMs: number,
  ) {
    this.manifest = manifest;
    this.originAt = originOf(manifest);
    this.loader = new FrameLoader(host.eventsUrl, {
      onEvents: (portion) => {
        this.tracks.get(portion.window)?.insert(portion);
        if (this.status === "buffering" && portion.window === this.snapshot.windowId) this.apply();
      },
      onFrameEnd: (end) => {
        this.tracks.get(end.window)?.endFrame(end);
        this.staleInARow = 0;
        if (this.status === "buffering" && end.window === this.snapshot.windowId) this.apply();
        this.change(this.health());
      },
      onFailed: (_, failure) => this.onFailed(failure),
      onDone: () => this.load(),
    });
    this.snapshot = {
      status: "buffering",
      wantsPlay: false,
      positionMs: 0,
      durationMs: 0,
      speed: 1,
      skipIdle: true,
      follow: true,
      windowId: "",
      windows: [],
      idle: [],
      gaps: [],
      loaded: [],
      viewport: { width: 1280, height: 720 },
      live: false,
      noPicture: false,
      missingEvents: 0,
      unusableEvents: 0,
      surplusEvents: 0,
      failure: null,
      skips: 0,
    };
    this.setManifest(manifest);
    this.seek(startMs);
    document.addEventListener("visibilitychange", this.onVisibility);
  }

  get state(): PlayerState {
    return this.snapshot;
  }

  /** The frame that shows the current window, or null if it was never shown. */
  get iframe(): HTMLIFrameElement | null {
    return this.tracks.get(this.snapshot.windowId)?.player?.iframe ?? null;
  }

  /** The position at this very moment; `state.positionMs` follows it in steps. */
  get positionMs(): number {
    return Math.min(this.position, this.snapshot.durationMs);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Takes over a newer manifest: more frames of a live session, or the same session rewritten. */
  setManifest(manifest: Manifest): void {
    this.manifest = manifest;
    let rewritten = false;
    for (const info of manifest.windows) {
      const frames = manifest.frames.filter((frame) => frame.window === info.id);
      const track = this.tracks.get(info.id) ?? this.newTrack(info);
      rewritten = track.update(info, frames, manifest.session.phase === "settled") || rewritten;
    }
    if (rewritten) this.loader.cancel();
    const lastAt = Math.max(this.originAt, ...manifest.windows.map((window) => window.lastAt));
    const gaps = manifest.gaps.map((gap: ManifestGap) => this.relative(gap));
    this.change({
      windows: manifest.windows,
      durationMs: lastAt - this.originAt,
      gaps: mergeSpans(gaps),
      live: manifest.session.phase === "live",
    });
    this.updateIdle();
    if (this.snapshot.windowId === "") this.show(this.frontWindow(0));
    if (rewritten || this.status === "waiting" || this.status === "buffering") this.apply();
    else this.load();
  }

  /** The markers say when the session rests and which window was in front. */
  setMarkers(markers: readonly Marker[]): void {
    this.markers = markers;
    this.updateIdle();
    if (this.snapshot.follow) this.followTo(this.position);
  }

  play(): void {
    this.change({ wantsPlay: true });
    if (this.status === "ended") this.seek(0);
    else this.apply();
  }

  pause(): void {
    this.change({ wantsPlay: false });
    this.halt();
    this.apply();
  }

  toggle(): void {
    if (this.snapshot.wantsPlay) this.pause();
    else this.play();
  }

  seek(ms: number): void {
    this.halt();
    this.clock.set(Math.round(Math.min(this.snapshot.durationMs, Math.max(0, ms))));
    this.staleInARow = 0;
    if (this.snapshot.follow) this.followTo(this.position);
    this.apply();
  }

  /** To the end of what a live session has sent, and on with it. */
  goLive(): void {
    this.change({ wantsPlay: true });
    this.seek(this.snapshot.durationMs);
  }

  setSpeed(speed: number): void {
    this.clock.setSpeed(speed);
    for (const track of this.tracks.values()) track.player?.setSpeed(speed);
    this.change({ speed });
  }

  setSkipIdle(skipIdle: boolean): void {
    this.change({ skipIdle });
  }

  setFollow(follow: boolean): void {
    this.change({ follow });
    if (follow) this.followTo(this.position);
    this.apply();
  }

  /** Shows this window and stays with it. */
  selectWindow(id: string): void {
    this.change({ follow: false });
    this.halt();
    this.show(id);
    this.apply();
  }

  /** Asks again for what failed or came short. */
  retry(): void {
    this.staleInARow = 0;
    for (const track of this.tracks.values()) track.retryMissing();
    this.change({ failure: null, ...this.health() });
    this.apply();
  }

  destroy(): void {
    this.halt();
    document.removeEventListener("visibilitychange", this.onVisibility);
    this.loader.destroy();
    for (const track of this.tracks.values()) track.close();
    this.listeners.clear();
  }

  private get status(): PlayerStatus {
    return this.snapshot.status;
  }

  private get position(): number {
    return this.clock.now();
  }

  private get track(): WindowTrack | undefined {
    return this.tracks.get(this.snapshot.windowId);
  }

  /** Makes picture and clock agree with the position and with whether to play; waits for events where it must. */
  private apply(): void {
    const track = this.track;
    if (!track || this.snapshot.failure) return;
    const positionMs = this.position;
    const t = this.originAt + positionMs;
    const noPicture = !track.isReady(t) && track.lacksPicture(t);
    if (!track.isReady(t) && !noPicture) {
      this.halt();
      this.change({ status: "buffering", positionMs, noPicture: false });
      this.load();
      return;
    }
    const atEnd = positionMs >= this.snapshot.durationMs;
    const running = this.snapshot.wantsPlay && !atEnd;
    try {
      if (!noPicture && running) track.player?.play(t);
      else if (!noPicture) track.player?.show(t);
    } catch {
      this.fail({ kind: "unplayable" });
      return;
    }
    if (running) this.run();
    else this.halt();
    this.change({ status: this.restingStatus(running, atEnd), positionMs, noPicture });
    this.load();
  }

  private restingStatus(running: boolean, atEnd: boolean): PlayerStatus {
    if (running) return "playing";
    if (!this.snapshot.wantsPlay) return "paused";
    if (this.snapshot.live) return "waiting";
    if (atEnd) this.change({ wantsPlay: false });
    return atEnd ? "ended" : "paused";
  }

  private run(): void {
    this.clock.start();
    cancelAnimationFrame(this.frameRequest);
    this.frameRequest = requestAnimationFrame(this.tick);
  }

  private halt(): void {
    cancelAnimationFrame(this.frameRequest);
    this.clock.stop();
    this.track?.player?.pause();
  }

  private readonly tick = (now: number): void => {
    const positionMs = Math.min(this.position, this.snapshot.durationMs);
    const t = this.originAt + positionMs;
    const target = this.snapshot.skipIdle ? skipTarget(this.snapshot.idle, positionMs) : null;
    if (target !== null) {
      this.change({ skips: this.snapshot.skips + 1 });
      this.seek(target);
      return;
    }
    const front = this.snapshot.follow ? this.frontWindow(positionMs) : this.snapshot.windowId;
    const stalls = this.track !== undefined && this.track.readyUntil(t) < t;
    if (positionMs >= this.snapshot.durationMs || front !== this.snapshot.windowId || stalls) {
      this.seek(positionMs);
      return;
    }
    if (now - this.notifiedAt >= NOTIFY_EVERY_MS) {
      this.notifiedAt = now;
      this.change({ positionMs, ...(this.snapshot.noPicture ? { noPicture: this.stillNoPicture(t) } : {}) });
    }
    if (now - this.toppedUpAt >= TOP_UP_EVERY_MS) {
      this.toppedUpAt = now;
      this.load();
    }
    this.frameRequest = requestAnimationFrame(this.tick);
  };

  private stillNoPicture(t: number): boolean {
    if (!this.track?.isReady(t)) return true;
    this.track.player?.play(t);
    return false;
  }

  /** Sees to it that the worker reads what is wanted next. */
  private load(): void {
    const track = this.track;
    if (!track || this.snapshot.failure) return;
    const t = this.originAt + this.position;
    const frames = track.plan(t);
    if (frames.length > 0) {
      if (!this.loader.isLoading(track.id, frames[0]!.id))
        this.loader.load(track.id, this.manifest.rev, frames);
    } else if (!this.loader.busy) {
      track.evict(t);
      this.loadNextWindow();
    }
    this.change({ loaded: mergeSpans(track.loadedSpans().map((span) => this.relative(span))) });
  }

  /** Reads the beginning of the window that comes to the front next, so that the switch does not wait. */
  private loadNextWindow(): void {
    const t = this.originAt + this.position;
    const next = this.switches.find((change) => change.at > t && change.window !== this.snapshot.windowId);
    const track =
      next && this.snapshot.follow && next.at - t <= PREFETCH_MS ? this.tracks.get(next.window) : undefined;
    const frames = track?.plan(next!.at).slice(0, PREFETCH_FRAMES) ?? [];
    if (track && frames.length > 0) this.loader.load(track.id, this.manifest.rev, frames);
  }

  private onFailed(failure: LoadFailure): void {
    if (failure.kind === "stale" && ++this.staleInARow <= STALE_IN_A_ROW_MAX) {
      setTimeout(() => this.host.refreshManifest(), STALE_WAIT_MS * this.staleInARow);
      return;
    }
    this.fail(failure);
  }

  private fail(failure: LoadFailure): void {
    this.halt();
    this.change({ status: "failed", failure });
  }

  private newTrack(info: ManifestWindow): WindowTrack {
    const track = new WindowTrack(info, this.host.stage, {
      onResize: (width, height) => {
        if (this.snapshot.windowId === info.id) this.change({ viewport: { width, height } });
      },
      onUnusable: (count) => {
        track.unusable += count;
        this.change(this.health());
      },
    });
    this.tracks.set(info.id, track);
    return track;
  }

  private followTo(positionMs: number): void {
    const front = this.frontWindow(positionMs);
    if (front === this.snapshot.windowId) return;
    const wasRunning = this.clock.running;
    this.halt();
    this.show(front);
    if (wasRunning) this.apply();
  }

  private frontWindow(positionMs: number): string {
    return windowAt(this.switches, this.originAt + positionMs) ?? this.manifest.windows[0]?.id ?? "";
  }

  /** Brings a window's picture to the front; the oldest of too many is given up. */
  private show(id: string): void {
    const track = this.tracks.get(id);
    if (!track) return;
    const player = track.open();
    player.setSpeed(this.snapshot.speed);
    for (const other of this.tracks.values())
      other.player?.root.toggleAttribute("data-front", other === track);
    const at = this.opened.indexOf(id);
    if (at >= 0) this.opened.splice(at, 1);
    this.opened.push(id);
    if (this.opened.length > OPEN_WINDOWS_MAX) this.tracks.get(this.opened.shift()!)?.close();
    const width = Number(player.iframe.getAttribute("width"));
    const height = Number(player.iframe.getAttribute("height"));
    this.change({ windowId: id, ...(width > 0 && height > 0 ? { viewport: { width, height } } : {}) });
  }

  private updateIdle(): void {
    this.switches = windowSwitches(this.manifest.windows, this.markers);
    const idle = sessionIdle(this.manifest.windows, (window) => {
      const found = idleMarkersOf(this.markers, window);
      return found.length > 0 ? mergeSpans(found) : this.detectedIdle(window);
    });
    this.change({ idle: idle.map((span) => this.relative(span)) });
  }

  /** Without word from the server, what the events themselves tell, once all of them are here. */
  private detectedIdle(window: string): Span[] {
    const track = this.tracks.get(window);
    if (!track?.complete) return [];
    return detectIdle(track.activityTimes, { from: track.info.firstAt, to: track.info.lastAt });
  }

  private health(): Pick<PlayerState, "missingEvents" | "unusableEvents" | "surplusEvents"> {
    const tracks = [...this.tracks.values()];
    const sum = (of: (track: WindowTrack) => number) => tracks.reduce((total, track) => total + of(track), 0);
    return {
      missingEvents: sum((track) => track.missing),
      unusableEvents: sum((track) => track.unusable),
      surplusEvents: sum((track) => track.surplus),
    };
  }

  private relative(span: Span): Span {
    return { from: span.from - this.originAt, to: span.to - this.originAt };
  }

  /** A hidden tab draws no pictures and so its timers stand still: time must not run on without them. */
  private readonly onVisibility = (): void => {
    if (document.hidden) this.halt();
    else this.apply();
  };

  private change(change: Partial<PlayerState>): void {
    const keys = Object.keys(change) as (keyof PlayerState)[];
    if (keys.every((key) => Object.is(this.snapshot[key], change[key]))) return;
    this.snapshot = { ...this.snapshot, ...change };
    for (const listener of this.listeners) listener();
  }
}

const PREFETCH_MS = 20_000;
const PREFETCH_FRAMES = 4;
const STALE_WAIT_MS = 300;

/** The time of a session's first event: what all positions count from. */
export function originOf(manifest: Manifest): number {
  if (manifest.windows.length === 0) return manifest.session.startedAt;
  return Math.min(...manifest.windows.map((window) => window.firstAt));
}
