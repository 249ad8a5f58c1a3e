import type { ManifestWindow } from "../api/types";
import type { LoadFailure } from "./protocol";
import type { Span } from "./timeline";

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
  /** The window that the person was using is brought to the front. */
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
}

export const FIRST_STATE: PlayerState = {
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
};

export const SPEEDS = [0.5, 1, 1.5, 2, 4, 8, 16] as const;
