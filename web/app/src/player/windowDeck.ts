import type { Manifest, ManifestWindow, Marker } from "../api/types";
import type { PlayerState } from "./playerState";
import { type Span, detectIdle, idleMarkersOf, mergeSpans, sessionIdle } from "./timeline";
import { WindowTrack } from "./windowTrack";

/** Pictures kept alive at once: each holds a document and its events. */
const OPEN_WINDOWS_MAX = 4;

export interface WindowDeckListener {
  onResize(window: string, width: number, height: number): void;
  onUnusable(): void;
}

/** All windows of a session, one of them in front. */
export class WindowDeck {
  private readonly tracks = new Map<string, WindowTrack>();
  /** Windows with a picture, the one looked at last at the end. */
  private readonly opened: string[] = [];

  constructor(
    private readonly stage: HTMLElement,
    private readonly listener: WindowDeckListener,
  ) {}

  get(id: string): WindowTrack | undefined {
    return this.tracks.get(id);
  }

  /** Takes over a manifest; true if a window was rewritten, so that what is being read is no longer of use. */
  update(manifest: Manifest): boolean {
    let rewritten = false;
    for (const info of manifest.windows) {
      const track = this.tracks.get(info.id) ?? this.add(info);
      const frames = manifest.frames.filter((frame) => frame.window === info.id);
      rewritten = track.update(info, frames, manifest.session.phase === "settled") || rewritten;
    }
    return rewritten;
  }

  /** Brings a window's picture to the front and returns its size; the one not seen for longest may be given up. */
  bringToFront(id: string, speed: number): Partial<Pick<PlayerState, "viewport">> {
    const track = this.tracks.get(id);
    if (!track) return {};
    const player = track.open();
    player.setSpeed(speed);
    for (const other of this.tracks.values())
      other.player?.root.toggleAttribute("data-front", other === track);
    const at = this.opened.indexOf(id);
    if (at >= 0) this.opened.splice(at, 1);
    this.opened.push(id);
    if (this.opened.length > OPEN_WINDOWS_MAX) this.tracks.get(this.opened.shift()!)?.close();
    const width = Number(player.iframe.getAttribute("width"));
    const height = Number(player.iframe.getAttribute("height"));
    return width > 0 && height > 0 ? { viewport: { width, height } } : {};
  }

  setSpeed(speed: number): void {
    for (const track of this.tracks.values()) track.player?.setSpeed(speed);
  }

  /** When nobody did anything in any window. What the server found goes before what the events here tell. */
  idle(manifest: Manifest, markers: readonly Marker[]): Span[] {
    return sessionIdle(manifest.windows, (window) => {
      const found = idleMarkersOf(markers, window);
      return found.length > 0 ? mergeSpans(found) : this.detectedIdle(window);
    });
  }

  health(): Pick<PlayerState, "missingEvents" | "unusableEvents" | "surplusEvents"> {
    const sum = (of: (track: WindowTrack) => number) =>
      [...this.tracks.values()].reduce((total, track) => total + of(track), 0);
    return {
      missingEvents: sum((track) => track.missing),
      unusableEvents: sum((track) => track.unusable),
      surplusEvents: sum((track) => track.surplus),
    };
  }

  retryMissing(): void {
    for (const track of this.tracks.values()) track.retryMissing();
  }

  close(): void {
    for (const track of this.tracks.values()) track.close();
  }

  /** Known only once all events of the window are here. */
  private detectedIdle(window: string): Span[] {
    const track = this.tracks.get(window);
    if (!track?.complete) return [];
    return detectIdle(track.activityTimes, { from: track.info.firstAt, to: track.info.lastAt });
  }

  private add(info: ManifestWindow): WindowTrack {
    const track = new WindowTrack(info, this.stage, {
      onResize: (width, height) => this.listener.onResize(info.id, width, height),
      onUnusable: (count) => {
        track.unusable += count;
        this.listener.onUnusable();
      },
    });
    this.tracks.set(info.id, track);
    return track;
  }
}
