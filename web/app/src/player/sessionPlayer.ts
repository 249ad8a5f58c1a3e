import type { Manifest, Marker } from "../api/types";
import { withoutBeside } from "./beside";
import { FrameLoader } from "./frameLoader";
import { PlayClock } from "./playClock";
import type { FrameWorker, LoadFailure } from "./protocol";
import { FIRST_STATE, type PlayerState, type PlayerStatus } from "./playerState";
import { type Span, type WindowSwitch, mergeSpans, skipTarget, windowAt, windowSwitches } from "./timeline";
import { WindowDeck } from "./windowDeck";
import type { WindowTrack } from "./windowTrack";

export interface PlayerHost {
  /** Where the pictures go. */
  stage: HTMLElement;
  /** Address of the session's events. */
  eventsUrl: string;
  /** Makes what reads the events. */
  newWorker: () => FrameWorker;
  /** Called when frames are no longer part of the session; answers with `setManifest`. */
  refreshManifest(): void;
}

const NOTIFY_EVERY_MS = 100;
const TOP_UP_EVERY_MS = 1_000;

/** The window that comes next is read this long before, so much of it. */
const PREFETCH_MS = 20_000;
const PREFETCH_FRAMES = 4;

/** Whoever wants to see what happens now is brought there from further behind: at the pace of life nobody catches up. */
const BEHIND_LIVE_MS_MAX = 10_000;

const STALE_WAIT_MS = 300;

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
  private readonly deck: WindowDeck;
  private readonly loader: FrameLoader;
  private readonly clock = new PlayClock();
  private readonly listeners = new Set<() => void>();
  private markers: readonly Marker[] = [];
  private switches: WindowSwitch[] = [];
  private snapshot = FIRST_STATE;
  private staleInARow = 0;
  /** The manifest at hand is known to be stale: asking by it is of no use. */
  private awaitsManifest = false;
  /** The end of a live session is wanted, wherever that is by now. */
  private keepsUp = false;
  private frameRequest = 0;
  private notifiedAt = 0;
  private toppedUpAt = 0;

  constructor(
    private readonly host: PlayerHost,
    manifest: Manifest,
    startMs: number,
  ) {
    this.manifest = withoutBeside(manifest);
    this.originAt = originOf(this.manifest);
    this.deck = new WindowDeck(host.stage, {
      onResize: (window, width, height) => {
        if (window === this.snapshot.windowId) this.change({ viewport: { width, height } });
      },
      onUnusable: () => this.change(this.deck.health()),
    });
    this.loader = new FrameLoader(host.eventsUrl, host.newWorker, {
      onEvents: (portion) => {
        this.deck.get(portion.window)?.insert(portion);
        if (this.status === "buffering" && portion.window === this.snapshot.windowId) this.apply();
      },
      onFrameEnd: (end) => {
        this.deck.get(end.window)?.endFrame(end);
        this.staleInARow = 0;
        if (this.status === "buffering" && end.window === this.snapshot.windowId) this.apply();
        this.change(this.deck.health());
      },
      onFailed: (_, failure) => this.onFailed(failure),
      onDone: () => {
        this.updateIdle();
        this.load();
      },
    });
    this.setManifest(manifest);
    this.seek(startMs);
    document.addEventListener("visibilitychange", this.onVisibility);
  }

  get state(): PlayerState {
    return this.snapshot;
  }

  /** The frame that shows the current window, or null if it was never shown. */
  get iframe(): HTMLIFrameElement | null {
    return this.deck.get(this.snapshot.windowId)?.player?.iframe ?? null;
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
  setManifest(newer: Manifest): void {
    const manifest = withoutBeside(newer);
    this.manifest = manifest;
    this.awaitsManifest = false;
    const rewritten = this.deck.update(manifest);
    if (rewritten) this.loader.cancel();
    // Its visitor has come back to it: so does who was watching it live.
    if (this.keepsUp && this.status === "ended" && manifest.session.phase === "live")
      this.change({ status: "waiting", wantsPlay: true });
    const lastAt = Math.max(this.originAt, ...manifest.windows.map((window) => window.lastAt));
    const gaps = manifest.gaps.map((gap) => this.relative(gap));
    this.change({
      windows: manifest.windows,
      durationMs: lastAt - this.originAt,
      gaps: mergeSpans(gaps),
      live: manifest.session.phase === "live",
    });
    this.updateIdle();
    if (this.snapshot.windowId === "") this.show(this.frontWindow(0));
    if (this.keepsUp && this.snapshot.durationMs - this.position > BEHIND_LIVE_MS_MAX)
      this.jump(this.snapshot.durationMs);
    else if (rewritten || this.status === "waiting" || this.status === "buffering") this.apply();
    else this.load();
  }

  /** The markers say when the session rests and which window was in front. */
  setMarkers(markers: readonly Marker[]): void {
    this.markers = markers;
    this.updateIdle();
    if (this.snapshot.follow && this.followTo(this.position)) this.apply();
  }

  play(): void {
    this.change({ wantsPlay: true });
    if (this.status === "ended") this.seek(0);
    else this.apply();
  }

  pause(): void {
    this.keepsUp = false;
    this.change({ wantsPlay: false });
    this.halt();
    this.apply();
  }

  toggle(): void {
    if (this.snapshot.wantsPlay) this.pause();
    else this.play();
  }

  seek(ms: number): void {
    this.keepsUp = false;
    this.jump(ms);
  }

  private jump(ms: number): void {
    this.halt();
    this.clock.set(Math.round(Math.min(this.snapshot.durationMs, Math.max(0, ms))));
    this.staleInARow = 0;
    if (this.snapshot.failure?.kind === "unplayable") this.change({ failure: null });
    if (this.snapshot.follow) this.followTo(this.position);
    this.apply();
  }

  /** To the end of what a live session has sent, and on with it. */
  goLive(): void {
    this.change({ wantsPlay: true });
    this.seek(this.snapshot.durationMs);
    this.keepsUp = true;
  }

  setSpeed(speed: number): void {
    this.clock.setSpeed(speed);
    this.deck.setSpeed(speed);
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
    this.awaitsManifest = false;
    this.deck.retryMissing();
    this.change({ failure: null, ...this.deck.health() });
    this.apply();
  }

  destroy(): void {
    this.halt();
    document.removeEventListener("visibilitychange", this.onVisibility);
    this.loader.destroy();
    this.deck.close();
    this.listeners.clear();
  }

  private get status(): PlayerStatus {
    return this.snapshot.status;
  }

  private get position(): number {
    return this.clock.now();
  }

  private get track(): WindowTrack | undefined {
    return this.deck.get(this.snapshot.windowId);
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
    const moves = running && !document.hidden;
    try {
      if (!noPicture && moves) track.player?.play(t);
      else if (!noPicture) track.player?.show(t);
    } catch {
      this.fail({ kind: "unplayable" });
      return;
    }
    if (moves) this.run();
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
      this.jump(target);
      return;
    }
    const front = this.snapshot.follow ? this.frontWindow(positionMs) : this.snapshot.windowId;
    const stalls = this.track !== undefined && this.track.readyUntil(t) < t;
    const isDue = !this.snapshot.noPicture && this.track?.player?.isDue(t) === true;
    if (positionMs >= this.snapshot.durationMs || front !== this.snapshot.windowId || stalls || isDue) {
      this.jump(positionMs);
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
    if (!track || this.snapshot.failure || this.awaitsManifest) return;
    const t = this.originAt + this.position;
    const frames = track.plan(t);
    if (frames.length > 0) {
      const isComing = this.loader.isLoading(track.id, frames[0]!.id);
      if (!isComing) this.loader.load(track.id, this.manifest.rev, frames);
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
      next && this.snapshot.follow && next.at - t <= PREFETCH_MS ? this.deck.get(next.window) : undefined;
    const frames = track?.plan(next!.at).slice(0, PREFETCH_FRAMES) ?? [];
    if (track && frames.length > 0) this.loader.load(track.id, this.manifest.rev, frames);
  }

  private onFailed(failure: LoadFailure): void {
    if (failure.kind === "stale" && ++this.staleInARow <= STALE_IN_A_ROW_MAX) {
      this.awaitsManifest = true;
      setTimeout(() => this.host.refreshManifest(), STALE_WAIT_MS * this.staleInARow);
      return;
    }
    this.fail(failure);
  }

  private fail(failure: LoadFailure): void {
    this.halt();
    this.change({ status: "failed", failure });
  }

  /** Brings to the front what was in front at this position; true if that is another window than before. */
  private followTo(positionMs: number): boolean {
    const front = this.frontWindow(positionMs);
    if (front === this.snapshot.windowId) return false;
    this.halt();
    this.show(front);
    return true;
  }

  private frontWindow(positionMs: number): string {
    return windowAt(this.switches, this.originAt + positionMs) ?? this.manifest.windows[0]?.id ?? "";
  }

  private show(id: string): void {
    this.change({ windowId: id, ...this.deck.bringToFront(id, this.snapshot.speed) });
  }

  private updateIdle(): void {
    const { session, windows } = this.manifest;
    this.switches = windowSwitches(windows, this.markers, session.phase === "live");
    const idle = this.deck.idle(this.manifest, this.markers);
    this.change({ idle: idle.map((span) => this.relative(span)) });
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

/** The time of a session's first event: what all positions count from. */
export function originOf(manifest: Manifest): number {
  if (manifest.windows.length === 0) return manifest.session.startedAt;
  return Math.min(...manifest.windows.map((window) => window.firstAt));
}
