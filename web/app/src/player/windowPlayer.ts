import { Replayer, ReplayerEvents } from "rrweb";
import { EventType, type PlacedEvent } from "./events";
import { keepFocusOut } from "./keepFocus";
import { firstAfter, insertSorted, pictureInstant } from "./eventList";

export interface WindowPlayerListener {
  /** The recorded viewport has a new size. */
  onResize(width: number, height: number): void;
  /** Events that rrweb could not apply and that were left out. */
  onUnusable(count: number): void;
}

/**
 * The picture of one window of a session: one rrweb `Replayer`, kept for as long as the window is shown, because
 * each window has node ids of its own and because a Replayer is costly to make.
 *
 * Times here are the events' own (epoch ms). `show(t)` gives the state with every event at or before `t` applied,
 * wherever it was before. rrweb decides by the event that it played last what need not be applied again; that is
 * not exact after a mouse move, whose time is the end of the stretch that it covers, so this class tells it instead.
 */
export class WindowPlayer {
  private readonly replayer: Replayer;
  private readonly events: PlacedEvent[];
  private readonly releaseFocus: () => void;
  private playing = false;
  /** Every event up to here is in the picture, and none after it; -Infinity if the picture must be built anew. */
  private appliedUntil = Number.NEGATIVE_INFINITY;

  constructor(
    readonly root: HTMLElement,
    private readonly listener: WindowPlayerListener,
  ) {
    this.replayer = new Replayer([], {
      root,
      // Without it the Replayer ends itself at the last event that it has; here more may come at any time.
      liveMode: true,
      // Mutations of a jump are applied to a virtual document, and to the frame once: far cheaper in long stretches.
      useVirtualDom: true,
      UNSAFE_replayCanvas: false,
      // Focusing an element of the picture would take the focus from the page around it.
      triggerFocus: false,
      mouseTail: { strokeStyle: "#15aabf", lineWidth: 2, duration: 600 },
      // A page's own smooth scrolling would still be under way, to where it was before, when a jump is done.
      insertStyleRules: ["* { scroll-behavior: auto !important }"],
      showWarning: false,
      showDebug: false,
    });
    assertConfined(this.replayer.iframe);
    this.replayer.iframe.title = "Recorded page";
    this.replayer.iframe.tabIndex = -1;
    this.releaseFocus = keepFocusOut(this.replayer.iframe);
    this.events = this.replayer.service.state.context.events as unknown as PlacedEvent[];
    this.replayer.on(ReplayerEvents.Resize, (size) => {
      const { width, height } = size as { width: number; height: number };
      listener.onResize(width, height);
    });
    this.guardTimer();
  }

  get iframe(): HTMLIFrameElement {
    return this.replayer.iframe;
  }

  /** Whether there is a picture for instant `t` among the events known. */
  hasPicture(t: number): boolean {
    return pictureInstant(this.events, t) !== null;
  }

  /** Takes in events, in any order. Those already past change the picture: it stops, and is built anew by the next call. */
  insert(added: PlacedEvent[]): void {
    if (added.length === 0) return;
    const now = this.now();
    const later = this.playing ? added.filter((event) => event.timestamp > now) : [];
    const known = this.playing ? added.filter((event) => event.timestamp <= now) : added;
    insertSorted(this.events, known);
    // While playing, rrweb's timer must hear of what is to come; it keeps the list sorted itself.
    for (const event of later) this.replayer.addEvent(event as never);
    const shownUntil = this.playing ? now : this.appliedUntil;
    if (!known.some((event) => event.timestamp <= shownUntil)) return;
    this.pause();
    this.appliedUntil = Number.NEGATIVE_INFINITY;
  }

  /** Forgets the events for which `drop` is true; what they made of the picture stays until the next jump. */
  remove(drop: (event: PlacedEvent) => boolean): void {
    const kept = this.events.filter((event) => !drop(event));
    if (kept.length === this.events.length) return;
    this.events.length = 0;
    for (const event of kept) this.events.push(event);
    if (this.playing && kept.length === 0) this.pause();
  }

  /** Forgets all events. The last picture stays on the screen until others are shown. */
  clear(): void {
    this.pause();
    this.events.length = 0;
    this.appliedUntil = Number.NEGATIVE_INFINITY;
  }

  /** Shows the picture of instant `t` and stands still. False if there is none. */
  show(t: number): boolean {
    const instant = pictureInstant(this.events, t);
    if (instant === null) return false;
    this.pause();
    if (this.appliedUntil === instant) return true;
    this.prepareJump(instant);
    // rrweb applies what is before the instant given, and event times are whole numbers: so `t` itself is included.
    this.guarded(() => this.replayer.pause(this.offsetOf(instant) + 0.5));
    this.appliedUntil = instant;
    return true;
  }

  /** Plays on from instant `t`, or shows the snapshot that comes next until it `isDue`. False if there is no picture. */
  play(t: number): boolean {
    if (!this.show(t)) return false;
    if (this.appliedUntil > t) return true;
    this.prepareJump(t);
    this.guarded(() => this.replayer.play(this.offsetOf(t) + 0.5));
    this.playing = true;
    return true;
  }

  /** Whether it stands still although there is something to play from instant `t` on. */
  isDue(t: number): boolean {
    return !this.playing && this.appliedUntil <= t;
  }

  /** Stops, and returns the instant up to which events are in the picture. */
  pause(): number {
    if (!this.playing) return this.appliedUntil;
    const now = this.now();
    this.playing = false;
    this.replayer.pause();
    this.appliedUntil = Math.floor(now);
    return this.appliedUntil;
  }

  setSpeed(speed: number): void {
    this.replayer.setConfig({ speed });
  }

  destroy(): void {
    this.pause();
    this.releaseFocus();
    this.replayer.destroy();
  }

  /** The instant that rrweb's timer has reached. */
  private now(): number {
    if (!this.playing || this.events.length === 0) return this.appliedUntil;
    return this.replayer.getCurrentTime() + this.events[0]!.timestamp;
  }

  private offsetOf(t: number): number {
    return t - this.events[0]!.timestamp;
  }

  /** Tells rrweb which events it need not apply again; none of them if the way to `instant` leads back. */
  private prepareJump(instant: number): void {
    // Else rrweb scrolls the page to where an earlier jump ended.
    this.replayer.virtualDom.scrollData = null;
    const context = this.replayer.service.state.context;
    const forward = this.appliedUntil <= instant && this.appliedUntil > Number.NEGATIVE_INFINITY;
    context.lastPlayedEvent = forward
      ? ({ type: EventType.Custom, data: { tag: "", payload: null }, timestamp: this.appliedUntil } as never)
      : null;
  }

  /**
   * Runs one step of rrweb. An event that makes it throw is left out and the step done again from the snapshot, so
   * that one bad event costs itself and no more.
   */
  private guarded(step: () => void): void {
    for (let left = UNUSABLE_PER_JUMP_MAX; ; left--) {
      try {
        step();
        return;
      } catch (error) {
        const culprit = this.firstNotApplied();
        if (left === 0 || culprit < 0) throw error;
        this.events.splice(culprit, 1);
        this.listener.onUnusable(1);
        this.replayer.service.state.context.lastPlayedEvent = null;
      }
    }
  }

  /** rrweb notes each event after applying it: the one that threw comes next. */
  private firstNotApplied(): number {
    const last = this.replayer.service.state.context.lastPlayedEvent as unknown as PlacedEvent | null;
    if (!last) return this.firstOfJump();
    const at = this.events.indexOf(last);
    if (at >= 0) return at + 1 < this.events.length ? at + 1 : -1;
    const next = firstAfter(this.events, last.timestamp);
    return next < this.events.length ? next : -1;
  }

  /** Where rrweb starts after a jump: at the last Meta event before its base line. */
  private firstOfJump(): number {
    const { baselineTime } = this.replayer.service.state.context;
    for (let index = firstAfter(this.events, baselineTime) - 1; index >= 0; index--) {
      if (this.events[index]!.type === EventType.Meta) return index;
    }
    return this.events.length > 0 ? 0 : -1;
  }

  /** An exception in one of rrweb's timed actions would stop its timer for good. */
  private guardTimer(): void {
    const timer = this.replayer.timer;
    const addAction = timer.addAction.bind(timer);
    timer.addAction = (action) =>
      addAction({
        ...action,
        doAction: () => {
          try {
            action.doAction();
          } catch {
            this.listener.onUnusable(1);
          }
        },
      });
  }
}

/** Past this many in one jump the recording can't be played, and saying so is better than trying for minutes. */
const UNUSABLE_PER_JUMP_MAX = 50;

/** The frame of a recording must never run scripts. rrweb promises it; this holds it to it. */
function assertConfined(iframe: HTMLIFrameElement): void {
  const tokens = [...iframe.sandbox];
  if (tokens.length !== 1 || tokens[0] !== "allow-same-origin") {
    iframe.remove();
    throw new Error("The replay's frame is not confined; nothing is played.");
  }
}
