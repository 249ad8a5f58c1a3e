import type { ManifestFrame, ManifestWindow } from "../api/types";
import { ORDERS_PER_FRAME, type PlacedEvent, isUserActivity } from "./events";
import { endFrameIndex, framesToEvict, planFrames, startFrameIndex } from "./framePlan";
import type { FromWorker, RequestedFrame } from "./protocol";
import type { Span } from "./timeline";
import { WindowPlayer, type WindowPlayerListener } from "./windowPlayer";

/** A frame of the manifest and how much of it is here. */
interface TrackedFrame extends ManifestFrame {
  index: number;
  /** Lines taken in. */
  received: number;
  /** Time of the last event taken in. */
  receivedUntil: number;
  /** Nothing more is to come: all lines are here, or `missing` says how many are not. */
  done: boolean;
  missing: number;
}

/** Activity is noted once a second: enough to find rests of ten, and bounded by the session's length. */
const ACTIVITY_STEP_MS = 1_000;

/** One window of the session: which of its frames are here, and its picture once there is something to show. */
export class WindowTrack {
  private frames: TrackedFrame[] = [];
  private nextIndex = 0;
  private picture: WindowPlayer | null = null;
  private readonly activity = new Set<number>();
  /** Events of a settled session are in order; of a live one, late uploads may be behind later ones. */
  private ordered = false;
  unusable = 0;
  surplus = 0;

  constructor(
    public info: ManifestWindow,
    private readonly stage: HTMLElement,
    private readonly listener: WindowPlayerListener,
  ) {}

  get id(): string {
    return this.info.id;
  }

  get player(): WindowPlayer | null {
    return this.picture;
  }

  get missing(): number {
    return this.frames.reduce((sum, frame) => sum + frame.missing, 0);
  }

  get complete(): boolean {
    return this.frames.every((frame) => frame.done);
  }

  get activityTimes(): Iterable<number> {
    return this.activity;
  }

  /**
   * Takes over a newer manifest's frames. If one that was read is gone, the window was rewritten (settled): all is
   * read again, while the picture stays. Returns true in that case.
   */
  update(info: ManifestWindow, frames: readonly ManifestFrame[], ordered: boolean): boolean {
    this.info = info;
    this.ordered = ordered;
    const known = new Map(this.frames.map((frame) => [frame.id, frame]));
    const listed = new Set(frames.map((frame) => frame.id));
    const rewritten = this.frames.some((frame) => frame.received > 0 && !listed.has(frame.id));
    if (rewritten) {
      this.picture?.clear();
      this.activity.clear();
      this.nextIndex = 0;
    }
    this.frames = frames.map((frame) => {
      const old = rewritten ? undefined : known.get(frame.id);
      return old
        ? Object.assign(old, frame)
        : {
            ...frame,
            index: this.nextIndex++,
            received: 0,
            receivedUntil: 0,
            done: frame.events === 0,
            missing: 0,
          };
    });
    return rewritten;
  }

  /** The latest instant that can be shown without further frames, going forward from `t`. */
  readyUntil(t: number): number {
    for (let index = startFrameIndex(this.frames, t); index < this.frames.length; index++) {
      const frame = this.frames[index]!;
      if (frame.done) continue;
      // More events of the very same instant may follow the last one.
      return this.ordered && frame.received > 0 ? frame.receivedUntil - 1 : frame.firstAt - 1;
    }
    return Number.POSITIVE_INFINITY;
  }

  isReady(t: number): boolean {
    return this.readyUntil(t) >= t && this.picture?.hasPicture(t) === true;
  }

  /** True if everything that could make a picture of `t` is here and there is none: its snapshot was lost. */
  lacksPicture(t: number): boolean {
    const needed = this.frames.slice(startFrameIndex(this.frames, t), endFrameIndex(this.frames, t));
    return needed.every((frame) => frame.done) && this.picture?.hasPicture(t) !== true;
  }

  /** What to read next to show `t` and play on. */
  plan(t: number): RequestedFrame[] {
    return planFrames(this.frames, t, (frame) => frame.done).map((frame) => ({
      id: frame.id,
      events: frame.events,
      bytesRaw: frame.bytesRaw,
      index: frame.index,
      skip: frame.received,
    }));
  }

  /** Gives up what is far from `t`, if too much is held. */
  evict(t: number): void {
    const evicted = new Set(framesToEvict(this.frames, t, (frame) => frame.done).map((frame) => frame.index));
    if (evicted.size === 0) return;
    for (const frame of this.frames) if (evicted.has(frame.index)) unload(frame);
    this.picture?.remove((event) => evicted.has(Math.floor(event.order / ORDERS_PER_FRAME)));
  }

  insert(portion: Extract<FromWorker, { type: "events" }>): void {
    const frame = this.frames.find((candidate) => candidate.id === portion.frame);
    if (!frame) return;
    frame.received = portion.lines;
    frame.receivedUntil = portion.lastAt;
    this.unusable += portion.unusable;
    this.noteActivity(portion.events);
    this.open().insert(portion.events);
  }

  endFrame(end: Extract<FromWorker, { type: "frameEnd" }>): void {
    const frame = this.frames.find((candidate) => candidate.id === end.frame);
    if (!frame) return;
    frame.done = true;
    frame.missing = end.missing;
    this.surplus += end.surplus;
  }

  /** Makes frames that came short be asked for once more. */
  retryMissing(): void {
    for (const frame of this.frames) {
      if (frame.missing === 0) continue;
      frame.missing = 0;
      frame.done = false;
    }
  }

  /** The stretches of time that are here, for the seek bar. */
  loadedSpans(): Span[] {
    return this.frames
      .filter((frame) => frame.received > 0)
      .map((frame) => ({ from: frame.firstAt, to: frame.done ? frame.lastAt : frame.receivedUntil }));
  }

  open(): WindowPlayer {
    if (this.picture) return this.picture;
    const root = document.createElement("div");
    root.className = "replay-window";
    this.stage.appendChild(root);
    this.picture = new WindowPlayer(root, this.listener);
    return this.picture;
  }

  /** Gives up the picture and all events. */
  close(): void {
    this.picture?.destroy();
    this.picture?.root.remove();
    this.picture = null;
    this.frames.forEach(unload);
  }

  private noteActivity(events: readonly PlacedEvent[]): void {
    for (const event of events) {
      if (isUserActivity(event))
        this.activity.add(Math.floor(event.timestamp / ACTIVITY_STEP_MS) * ACTIVITY_STEP_MS);
    }
  }
}

function unload(frame: TrackedFrame): void {
  frame.received = 0;
  frame.receivedUntil = 0;
  frame.done = frame.events === 0;
  frame.missing = 0;
}
